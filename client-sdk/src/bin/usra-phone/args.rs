//! What can be asked for, as clap reads it. The golden file `tests/golden/phone-help.txt` holds what it prints.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;

use crate::lang::Lang;
use crate::opened::Folder;

/// A phone of the registry of productive families, at the command line.
///
/// Everything works without a network; `sync` sends and fetches when there is one.
/// Exit codes: 0 done, 1 failed, 2 misuse, 3 server not reachable (nothing is lost).
#[derive(Debug, Parser)]
#[command(name = "usra-phone", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) folder: Folder,
    /// Print JSON with stable names instead of sentences
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Language of what is printed
    #[arg(long, global = true, env = "USRA_LANG", value_enum, default_value = "ar")]
    pub(crate) lang: Lang,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make this phone known to a server with a single-use code; records that are here are kept
    Enrol(Enrol),
    /// A family's own phone: ask for a one-time code, then show it with --code
    SignIn(SignIn),
    /// Make a record and print its id
    Register(Register),
    /// Give fields of a record new values
    Edit(Edit),
    /// Show a record with everything on it
    Show(Show),
    /// List records, latest changed first
    List(List),
    /// List fields for which two people wrote different values
    Conflicts(Conflicts),
    /// Settle a field: VALUE takes the place of all its versions
    Resolve(Resolve),
    /// Send what is waiting and fetch what is new
    Sync,
    /// Say how this phone stands
    Status,
    /// Enter a value that only the centre may read, such as a national id or an exact point
    Seal(Seal),
    /// List work that the centre did not take as it was, with what to do
    Held,
    /// Bring in a survey exported from ODK Central or KoboToolbox
    Import(Import),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Enrol {
    /// The link that the supervisor's screen shows: https://server/enrol/CODE#FINGERPRINT
    #[arg(value_name = "CODE_URL")]
    pub(crate) link: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SignIn {
    /// The server's address: https://server
    #[arg(long, value_name = "URL")]
    pub(crate) server: String,
    /// The mobile number that the family's record has
    #[arg(long, value_name = "NUMBER")]
    pub(crate) mobile: String,
    /// The code that came by text; without it one is asked for
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// Which family, where several share the number
    #[arg(long, value_name = "ID", requires = "code")]
    pub(crate) family: Option<RecordId>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Register {
    /// family, household, product or visit
    pub(crate) kind: Kind,
    /// The family that the record belongs to
    #[arg(long, value_name = "ID")]
    pub(crate) family: Option<RecordId>,
    /// Code of its area, where its place does not tell it
    #[arg(long, value_name = "CODE")]
    pub(crate) area: Option<String>,
    /// A field and its value
    #[arg(long = "set", value_name = "KEY=VALUE", required = true, num_args = 1..)]
    pub(crate) settings: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Edit {
    /// The record
    pub(crate) id: RecordId,
    /// A field and its value; an empty value clears the field
    #[arg(long = "set", value_name = "KEY=VALUE", required = true, num_args = 1..)]
    pub(crate) settings: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The record
    pub(crate) id: RecordId,
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Only this kind
    #[arg(long)]
    pub(crate) kind: Option<Kind>,
    /// Only this family and what belongs to it
    #[arg(long, value_name = "ID")]
    pub(crate) family: Option<RecordId>,
    /// Words that must occur; the beginning of a word is enough, Arabic spellings are one
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only records that the centre has nothing of yet; all that is listed once the rest has expired
    #[arg(long)]
    pub(crate) unsent: bool,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: usize,
    /// Leaving out so many first
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: usize,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Conflicts {
    /// Only this record's
    pub(crate) id: Option<RecordId>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Resolve {
    /// The record
    pub(crate) id: RecordId,
    /// The field
    pub(crate) key: String,
    /// What it is from now on; an empty value clears the field
    pub(crate) value: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Seal {
    /// The record
    pub(crate) id: RecordId,
    /// The place in it: member/ID/national_id of a household, home_point of a family, point of a visit
    pub(crate) key: String,
    /// The value; better left out and given on standard input, where no shell history keeps it
    pub(crate) value: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// The mapping: which columns become which fields
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) mapping: PathBuf,
    /// Where to write the rows and values that do not fit [default: EXPORT's name with -rejects.csv]
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// Write no record, only say what would come of it
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// A CSV file, a folder of them, or a zip
    pub(crate) export: PathBuf,
}
