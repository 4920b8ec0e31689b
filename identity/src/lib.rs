//! Who is asking: local accounts, sessions, and sign-in at a provider.
