//! What each fault of `make mutiny` breaks, for people.

use usra_server::mutiny::Fault;

/// What the server does wrong when the fault is on.
#[must_use]
pub fn breaks(fault: Fault) -> &'static str {
    match fault {
        Fault::AnswerBeforeCommit => "a push is answered before its commit",
        Fault::PlainSequence => "the feed's numbers come from a plain sequence",
        Fault::NoDuplicateCheck => "a known change is taken again",
        Fault::NoLeave => "phones are not told what left their reach",
        Fault::NoEpoch => "a cursor of another life of the data is believed",
        Fault::PhoneClock => "the phone's clock decides whether work was late",
        Fault::NoScopeCheck => "whoever offers a change may write everywhere",
        Fault::MissingDep => "a change is taken without what it follows",
        Fault::StaleBundles => "an area's bundles stay when a record leaves it",
    }
}
