//! A transport that loses, repeats, delays and cuts, as the wrapped one would on a bad day; seeded, for tests and the demo.
