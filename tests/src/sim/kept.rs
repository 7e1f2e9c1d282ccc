//! Seeds that once broke a promise, each with what it found; every test run plays them again.

/// Seed, and what it found.
pub const KEPT: &[(u64, &str)] = &[
    (101, "work on what a restore made the centre hold again was written again and held again, without end"),
    (213, "the same, with one more held change at the centre for every round trip"),
    (47, "after a restore a phone showed for good what the centre had only among what waits, is held or was refused"),
    (275, "the same of work that was late once and is out of scope now"),
    (6, "a phone that lost its area while a restored centre repaired it kept that area's records"),
    (34, "a restored centre names a record no more, and no departure told the phone"),
    (2650, "a family made in an area that was lost while a comparison was under way stayed"),
    (
        22051,
        "a server restored once more while a phone took its word was believed, and what it had lost left the phone",
    ),
    (22420, "work that waited at a restored centre left its phone, and a second restore lost it"),
    (
        30826,
        "a phone enrolled for a role that sees more ended a comparison from before, and missed what it may see now",
    ),
    (5688, "a record that a person let in elsewhere stayed with its author, whom no departure told"),
    (
        711_215_377_016,
        "work that waited for what the centre had lost waited for ever, since its phone compared nothing meanwhile",
    ),
    (711_215_377_355, "the same"),
    (711_215_379_859, "the same"),
    (435_644_411_405, "work let in elsewhere while a repair was under way was not looked at again when it ended"),
    (671_116_890_841, "a record that moved to an area which was then lost had one digest on both sides and stayed"),
    (671_116_887_032, "work of a family that is not here any more was let in elsewhere and stayed with its author"),
    (671_116_892_442, "work made while a comparison took an area away from a phone that had never synced stayed"),
    (
        671_116_886_572,
        "what a cursor proved of an area that was just taken away was not noted, and could be denied later",
    ),
    (711_215_390_530, "a household made for a family while a comparison found that family gone stayed on its phone"),
];
