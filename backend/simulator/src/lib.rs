//! A seeded national network.
