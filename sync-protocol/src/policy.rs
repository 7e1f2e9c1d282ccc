//! To be written.
// STUB
#[allow(missing_docs)]
pub fn check(_r: crate::role::Role, _f: &crate::schema::Field, _v: &crate::scalar::Scalar) -> Result<(), ()> {
    Ok(())
}
