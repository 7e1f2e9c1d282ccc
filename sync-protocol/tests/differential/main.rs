//! The reader and the merge held against automerge itself: whatever the reader accepts and the history finds fitting,
//! automerge must apply, save, reload and show with the same open values, and so after one more honest edit.
//! `USRA_MUTANTS` sets how many mutants are tried, `USRA_SEED` repeats a run; tried, read, fitting and disagreeing are printed.

#[cfg(test)]
#[path = "../forge/dice.rs"]
mod dice;
#[cfg(test)]
#[path = "../forge/judge.rs"]
mod judge;
#[cfg(test)]
#[path = "../forge/loose.rs"]
mod loose;
#[cfg(test)]
#[path = "../forge/mutate.rs"]
mod mutate;
#[cfg(test)]
#[path = "../forge/phones.rs"]
mod phones;
#[cfg(test)]
#[path = "../forge/record.rs"]
mod record;
#[cfg(test)]
#[path = "../forge/shown.rs"]
mod shown;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use usra_sync_protocol::change::read;

    use crate::dice::Dice;
    use crate::judge::{Stage, agrees};
    use crate::mutate::Mutation;
    use crate::phones;

    /// Mutants of one history before the next is made; the few that came out as the change itself are not counted.
    const PER_HISTORY: usize = 400;

    #[derive(Debug, Default)]
    struct Tally {
        tried: usize,
        read: usize,
        fitting: usize,
        disagreeing: usize,
    }

    fn setting(name: &str, otherwise: u64) -> u64 {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    }

    #[test]
    fn whatever_is_accepted_automerge_applies_saves_reloads_and_shows_alike() {
        let mutants = usize::try_from(setting("USRA_MUTANTS", 12_000)).unwrap();
        let seed = setting("USRA_SEED", 20_261_124);
        let mut dice = Dice::new(seed);
        let mut tallies: BTreeMap<Mutation, Tally> = BTreeMap::new();
        while sum(&tallies, |tally| tally.tried) < mutants {
            (0..10).for_each(|_| try_one_history(&mut dice, &mut tallies));
            eprintln!("{}", so_far(&tallies));
        }
        eprintln!("seed {seed}");
        for (mutation, tally) in &tallies {
            eprintln!("{mutation:?}: {tally:?}");
        }
        assert_eq!(sum(&tallies, |tally| tally.disagreeing), 0, "seed {seed}");
        assert!(tallies.values().all(|tally| tally.fitting > 0), "a mutation that nothing survives proves nothing");
    }

    fn sum(tallies: &BTreeMap<Mutation, Tally>, of: fn(&Tally) -> usize) -> usize {
        tallies.values().map(of).sum()
    }

    /// The line that scripts/mutated reads.
    fn so_far(tallies: &BTreeMap<Mutation, Tally>) -> String {
        let (tried, read) = (sum(tallies, |t| t.tried), sum(tallies, |t| t.read));
        let (fitting, disagreeing) = (sum(tallies, |t| t.fitting), sum(tallies, |t| t.disagreeing));
        format!("tried {tried}, read {read}, fitting {fitting}, disagreeing {disagreeing}")
    }

    fn try_one_history(dice: &mut Dice, tallies: &mut BTreeMap<Mutation, Tally>) {
        let count = 2 + dice.below(3);
        let commits = phones::history(dice, count, 10);
        let stages = Stage::all(&commits);
        let changes: Vec<Vec<u8>> = commits.iter().map(|commit| commit.bytes.clone()).collect();
        for _ in 0..PER_HISTORY {
            let mutation = *dice.pick(&Mutation::ALL);
            let place = dice.below(changes.len());
            let mutant = mutation.make(dice, &changes, place, &stages[place].record);
            if mutant == changes[place] {
                continue;
            }
            let tally = tallies.entry(mutation).or_default();
            tally.tried += 1;
            tally.read += usize::from(read(&mutant).is_ok());
            let Some(change) = stages[place].record.fitting(&mutant) else { continue };
            tally.fitting += 1;
            if let Err(reason) = agrees(&stages[place], &change, &mutant) {
                tally.disagreeing += 1;
                eprintln!("{mutation:?} {reason}: {change:?}");
            }
        }
    }
}
