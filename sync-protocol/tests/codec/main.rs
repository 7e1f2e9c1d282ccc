//! Everything that travels, one codec after the other: it comes back the same, in one form, and nothing that was cut, lengthened,
//! given another type or made larger than its limit is taken for it.

#[cfg(test)]
mod changed;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod made;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod words;
