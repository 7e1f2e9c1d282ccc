//! What can be noted, by stable words. A word never changes its meaning; one that is no longer used stays.

use std::str::FromStr;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// An enrolment code was made.
    EnrolCode,
    /// A phone became an install.
    Enrol,
    /// A family signed in on its own phone.
    SignIn,
    /// An install was taken out.
    DeviceRevoke,
    /// An old refresh token was shown; the install's tokens ended.
    TokenReused,
    /// An install was assigned to areas.
    Assign,
    /// Its assignments to areas were ended.
    Unassign,
    /// A family moved to another area.
    RecordMove,
    /// Held changes were let in.
    HeldRelease,
    /// A person said what a field holds.
    Resolve,
    /// A family was verified.
    FamilyVerify,
    /// A family was found to be another.
    FamilyMerge,
    /// That was taken back.
    FamilyUnmerge,
    /// Late work on a merged family was written into its survivor.
    FamilyFollow,
    /// Two families that looked alike were found to be two.
    FamilyApart,
    /// The state of a licence was decided.
    LicenceDecide,
    /// A need was assigned to an agency, or to none.
    NeedAssign,
    /// What families need was listed at the console.
    NeedsRead,
    /// A family was given to somebody to visit, or put into a survey block.
    FamilyAssign,
    /// Sensitive fields of a family's records were read at the console.
    SensitiveReveal,
    /// Held values were written as the centre's own.
    HeldAdopt,
    /// Held changes were kept out for good.
    HeldReject,
    /// A sealed value was kept.
    SealedPut,
    /// A sealed value was read in full.
    SealedRead,
    /// Records with sensitive fields were sent to a phone.
    SensitivePull,
    /// A list of families was taken out.
    ListTakeOut,
    /// Families of a list were brought in.
    ListBringIn,
    /// A count was published.
    CountPublish,
    /// A family's data was given out to it.
    FamilyExport,
    /// A family's data was erased.
    FamilyErase,
    /// A staff account was made.
    StaffAdd,
    /// A staff account signed in.
    StaffSignIn,
    /// A login was locked after wrong tries, whether there is such an account or not.
    StaffLocked,
    /// A staff account was shut.
    StaffDisable,
    /// A staff account was given another password and secret.
    StaffReset,
    /// The data began another life.
    EpochNew,
    /// The server's keys were changed.
    KeysRotate,
    /// Work from before a move was accepted late.
    PullLate,
    /// The day's texts were used up, and a first one was not sent.
    SmsStopped,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 39] = [
        Self::EnrolCode,
        Self::Enrol,
        Self::SignIn,
        Self::DeviceRevoke,
        Self::TokenReused,
        Self::Assign,
        Self::Unassign,
        Self::RecordMove,
        Self::HeldRelease,
        Self::Resolve,
        Self::FamilyVerify,
        Self::FamilyMerge,
        Self::FamilyUnmerge,
        Self::FamilyFollow,
        Self::FamilyApart,
        Self::LicenceDecide,
        Self::NeedAssign,
        Self::NeedsRead,
        Self::FamilyAssign,
        Self::SensitiveReveal,
        Self::HeldAdopt,
        Self::HeldReject,
        Self::SealedPut,
        Self::SealedRead,
        Self::SensitivePull,
        Self::ListTakeOut,
        Self::ListBringIn,
        Self::CountPublish,
        Self::FamilyExport,
        Self::FamilyErase,
        Self::StaffAdd,
        Self::StaffSignIn,
        Self::StaffLocked,
        Self::StaffDisable,
        Self::StaffReset,
        Self::EpochNew,
        Self::KeysRotate,
        Self::PullLate,
        Self::SmsStopped,
    ];

    /// Its word in the table, in commands and in documents.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::EnrolCode => "enrol.code",
            Self::Enrol => "enrol",
            Self::SignIn => "sign_in",
            Self::DeviceRevoke => "device.revoke",
            Self::TokenReused => "token.reused",
            Self::Assign => "assign",
            Self::Unassign => "unassign",
            Self::RecordMove => "record.move",
            Self::HeldRelease => "held.release",
            Self::Resolve => "resolve",
            Self::FamilyVerify => "family.verify",
            Self::FamilyMerge => "family.merge",
            Self::FamilyUnmerge => "family.unmerge",
            Self::FamilyFollow => "family.follow",
            Self::FamilyApart => "family.apart",
            Self::LicenceDecide => "licence.decide",
            Self::NeedAssign => "need.assign",
            Self::NeedsRead => "needs.read",
            Self::FamilyAssign => "family.assign",
            Self::SensitiveReveal => "sensitive.reveal",
            Self::HeldAdopt => "held.adopt",
            Self::HeldReject => "held.reject",
            Self::SealedPut => "sealed.put",
            Self::SealedRead => "sealed.read",
            Self::SensitivePull => "sensitive.pull",
            Self::ListTakeOut => "list.take_out",
            Self::ListBringIn => "list.bring_in",
            Self::CountPublish => "count.publish",
            Self::FamilyExport => "family.export",
            Self::FamilyErase => "family.erase",
            Self::StaffAdd => "staff.add",
            Self::StaffSignIn => "staff.sign_in",
            Self::StaffLocked => "staff.locked",
            Self::StaffDisable => "staff.disable",
            Self::StaffReset => "staff.reset",
            Self::EpochNew => "epoch.new",
            Self::KeysRotate => "keys.rotate",
            Self::PullLate => "pull.late",
            Self::SmsStopped => "sms.stopped",
        }
    }
}

/// A word that names no action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such action; there are {}", Action::ALL.map(Action::word).join(", "))]
pub struct ActionUnknown;

impl FromStr for Action {
    type Err = ActionUnknown;

    fn from_str(word: &str) -> Result<Self, ActionUnknown> {
        Self::ALL.into_iter().find(|action| action.word() == word).ok_or(ActionUnknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_found_again_by_its_word() {
        for action in Action::ALL {
            assert_eq!(action.word().parse(), Ok(action));
        }
        assert_eq!("read".parse::<Action>(), Err(ActionUnknown));
    }
}
