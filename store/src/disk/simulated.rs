//! A disk that fails, crashes, tears and forgets; for tests.
