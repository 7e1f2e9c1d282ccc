//! What the surveyors do: register without a network, sync over a bad one, edit each other's families, sync again.

use std::sync::Arc;

use anyhow::{Context, Result};
use indicatif::ProgressBar;
use tokio::task::JoinSet;
use usra_sync_protocol::id::RecordId;
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::scalar::Scalar;
use usra_tests::harness::{Centre, Handset, binary};
use usra_tests::link::Weather;
use usra_tests::model::Model;
use usra_tests::people::place::{GOVERNORATES, Governorate};
use usra_tests::people::{Household, meet};

use crate::options::{Export, Options};
use crate::show;

/// Requests in a hundred that the network spoils.
const BAD_PERCENT: u32 = 40;
/// One family in so many is registered a second time.
const TWICE: u32 = 25;

/// One surveyor: a phone and the two governorates it works in, so that every family is on two phones at least.
pub(crate) struct Surveyor {
    pub(crate) number: u32,
    pub(crate) handset: Handset,
    pub(crate) areas: [Governorate; 2],
    made: Vec<(RecordId, Governorate)>,
}

impl Surveyor {
    /// The families that it registered.
    pub(crate) fn registered(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.made.iter().map(|(family, _)| *family)
    }
}

pub(crate) async fn register(centre: &Centre, options: &Options) -> Result<(Vec<Surveyor>, Model)> {
    let mut phones = enrol(centre, options, options.phones).await?;
    let mut model = Model::default();
    phones = offline(phones, options, &mut model).await?;
    set_weather(&phones, options.seed);
    phones = sync("send and fetch over a bad network", phones).await?;
    heal(&phones);
    phones = sync("fetch what the others sent", phones).await?;
    disagree(&mut phones, &mut model)?;
    set_weather(&phones, options.seed + 1);
    phones = sync("send edits over a bad network", phones).await?;
    heal(&phones);
    phones = sync("the network is good again", phones).await?;
    phones = sync("every phone has everything", phones).await?;
    Ok((phones, model))
}

async fn enrol(centre: &Centre, options: &Options, count: u32) -> Result<Vec<Surveyor>> {
    let bar = show::bar("enrol the phones", u64::from(count));
    let mut phones = Vec::new();
    for number in 0..count {
        // With fewer phones than governorates only as many are worked in: each has two phones then.
        let used = GOVERNORATES.len().min(count as usize);
        let home = |step: u32| GOVERNORATES.get((number + step) as usize % used).copied().unwrap_or_default();
        let areas = [home(0), home(1)];
        let codes = format!("{},{}", areas[0].code, areas[1].code);
        let invitation = centre.invite("surveyor", &codes, &format!("Surveyor {}", number + 1))?;
        let file = options.data.join(format!("phone-{:02}.sqlite", number + 1));
        let seed = (options.seed, u64::from(number));
        let handset = Handset::enrol(&file, centre.address()?, &invitation, seed).await?;
        phones.push(Surveyor { number, handset, areas, made: Vec::new() });
        bar.inc(1);
    }
    bar.finish();
    Ok(phones)
}

async fn offline(phones: Vec<Surveyor>, options: &Options, model: &mut Model) -> Result<Vec<Surveyor>> {
    let bar = Arc::new(show::bar("register without a network", u64::from(options.families)));
    let mut at_work = JoinSet::new();
    let (seed, families, count) = (options.seed, options.families, options.phones);
    for mut surveyor in phones {
        let bar = Arc::clone(&bar);
        at_work.spawn_blocking(move || {
            let mut made = Model::default();
            for family in (surveyor.number..families).step_by(count as usize) {
                let met = meet(seed, met_before(family, count), surveyor.areas[0]);
                visit(&mut surveyor, met, &mut made)?;
                bar.inc(1);
            }
            Ok::<_, anyhow::Error>((surveyor, made))
        });
    }
    let mut back = Vec::new();
    while let Some(done) = at_work.join_next().await {
        let (surveyor, made) = done??;
        model.join(made);
        back.push(surveyor);
    }
    bar.finish();
    back.sort_by_key(|surveyor| surveyor.number);
    Ok(back)
}

/// Who is met: one family in [`TWICE`] is one that the surveyor registered before, so that there are duplicates to find.
fn met_before(family: u32, phones: u32) -> u32 {
    if family % TWICE == TWICE - 1 { family.checked_sub(phones).unwrap_or(family) } else { family }
}

fn visit(surveyor: &mut Surveyor, met: Household, model: &mut Model) -> Result<()> {
    let phone = &mut surveyor.handset;
    let home = met.governorate;
    let family = phone.create(Kind::Family, None, met.family.clone())?;
    model.made(family, Kind::Family, home, &met.family);
    let mut rest = vec![(Kind::Household, met.household), (Kind::Visit, met.visit)];
    rest.extend(met.products.into_iter().map(|product| (Kind::Product, product)));
    for (kind, fields) in rest {
        let id = phone.create(kind, Some(family), fields.clone())?;
        model.made(id, kind, home, &fields);
    }
    surveyor.made.push((family, surveyor.areas[0]));
    Ok(())
}

/// One family in twenty gets another phone number from each of two surveyors who do not know of each other; one in twenty gets
/// a district from one and a worker from the other.
fn disagree(phones: &mut [Surveyor], model: &mut Model) -> Result<()> {
    let mine: Vec<_> =
        phones.iter().flat_map(|own| own.made.iter().map(|(id, area)| (own.number, *id, *area))).collect();
    for (count, (own, family, area)) in mine.into_iter().enumerate().filter(|(count, _)| count % 10 == 0) {
        let other = phones.iter().position(|phone| phone.number != own && phone.areas.contains(&area));
        let other = other.context("no second phone works there")?;
        let own = usize::try_from(own)?;
        if count % 20 == 0 {
            let numbers = [own, other].map(|who| format!("+9665001{who:02}{:03}", count % 1_000));
            put(phones, own, family, ("mobile", numbers[0].as_str().into()))?;
            put(phones, other, family, ("mobile", numbers[1].as_str().into()))?;
            model.put(family, "mobile", numbers.iter().map(|number| number.as_str().into()));
        } else {
            for (who, key, value) in [(own, "district", "حي النور".into()), (other, "workers_hired", Scalar::Int(9))]
            {
                put(phones, who, family, (key, value.clone()))?;
                model.put(family, key, [value]);
            }
        }
    }
    Ok(())
}

fn put(phones: &mut [Surveyor], who: usize, family: RecordId, (key, value): (&str, Scalar)) -> Result<()> {
    let surveyor = phones.get_mut(who).context("no such phone")?;
    surveyor.handset.put(family, key, value).with_context(|| format!("phone {} edits {key}", surveyor.number + 1))?;
    Ok(())
}

fn set_weather(phones: &[Surveyor], seed: u64) {
    for surveyor in phones {
        surveyor.handset.link.set(Weather::bad(BAD_PERCENT, seed, u64::from(surveyor.number)));
    }
}

fn heal(phones: &[Surveyor]) {
    for surveyor in phones {
        surveyor.handset.link.set(Weather::Clear);
    }
}

async fn sync(what: &'static str, phones: Vec<Surveyor>) -> Result<Vec<Surveyor>> {
    let bar: ProgressBar = show::bar(what, phones.len() as u64);
    let mut on_air = JoinSet::new();
    for mut surveyor in phones {
        on_air.spawn(async move {
            let report = surveyor.handset.sync_through().await;
            report.with_context(|| format!("phone {}", surveyor.number + 1)).map(|_report| surveyor)
        });
    }
    let mut back = Vec::new();
    while let Some(done) = on_air.join_next().await {
        back.push(done??);
        bar.inc(1);
    }
    bar.finish();
    back.sort_by_key(|surveyor| surveyor.number);
    Ok(back)
}

/// Brings a real export in through one phone of the whole region, with the command a person would use.
pub(crate) async fn import(centre: &Centre, options: &Options, export: &Export) -> Result<(Vec<Surveyor>, Model)> {
    let invitation = centre.invite("staff", "SA-02", "Import")?;
    let store = options.data.join("import-phone");
    let link = invitation.to_string();
    usra_phone(&store, &["enrol", &link])?;
    let (mapping, path) = (export.mapping.to_string_lossy(), export.path.to_string_lossy());
    let rejects = options.data.join("rejects.csv");
    usra_phone(&store, &["import", "--mapping", &mapping, "--rejects", &rejects.to_string_lossy(), &path])?;
    usra_phone(&store, &["sync"])?;
    let areas = [Governorate { code: "SA-02", ..Governorate::default() }; 2];
    let invitation = centre.invite("staff", "SA-02", "Reader")?;
    let file = options.data.join("reader.sqlite");
    let handset = Handset::enrol(&file, centre.address()?, &invitation, (options.seed, 0)).await?;
    let phones =
        sync("a second phone fetches everything", vec![Surveyor { number: 0, handset, areas, made: Vec::new() }]);
    Ok((phones.await?, Model::default()))
}

fn usra_phone(store: &std::path::Path, arguments: &[&str]) -> Result<()> {
    show::line(&format!("\n$ usra-phone {}", arguments.first().copied().unwrap_or_default()));
    let status =
        std::process::Command::new(binary("usra-phone")?).arg("--store").arg(store).args(arguments).status()?;
    anyhow::ensure!(status.success(), "usra-phone ended with {status}");
    Ok(())
}
