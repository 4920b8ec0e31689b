//! Black-box tests through GraphQL and the command line, the independent judges, the benchmarks'
//! peers. This crate knows the binary only; it depends on no crate of the product.
