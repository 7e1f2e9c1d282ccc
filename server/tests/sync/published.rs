//! Published counts and earlier days, against a real PostgreSQL.

use time::Duration;
use usra_server::dice;
use usra_server::keys::Keys;
use usra_server::registry::audit::By;
use usra_server::registry::counts::Tally;
use usra_server::registry::published::reproduce::{Outcome, Reproduced, reproduce, reproduced_families};
use usra_server::registry::published::{self, Published, Publishing};
use usra_server::registry::{erase, past};
use usra_server::storage::listed_family::Filter;
use usra_server::sync::ingest::Ingest;
use usra_sync_protocol::change::{Change, Put};
use usra_sync_protocol::id::RecordId;
use uuid::Uuid;

use crate::centre::{Centre, JEDDAH, REGION, TAIF, now};
use crate::pen::{Pen, instead, put};

const COUNT: Uuid = Uuid::from_u128(77);

fn family(number: u64) -> RecordId {
    RecordId::new(number, [1; 10])
}

struct Scene {
    centre: Centre,
    server: Ingest,
    pens: Vec<Pen>,
    begun: Vec<Change>,
}

impl Scene {
    /// Three families in Jeddah, counted and published.
    async fn start() -> Self {
        let centre = Centre::start().await;
        let server = centre.server().await;
        let phone = centre.phone(1, JEDDAH).await;
        let (mut pens, mut begun) = (Vec::new(), Vec::new());
        for number in 1..=3 {
            let mut pen = Pen::new(&phone, family(number), JEDDAH);
            let (change, offer) = pen.write(vec![put("governorate", "JED"), put("primary_activity", "FOOD-BAKE")]);
            centre.accept(&server, vec![offer]).await;
            pens.push(pen);
            begun.push(change);
        }
        let scene = Self { centre, server, pens, begun };
        let (roots, areas) = (vec![200], vec![200]);
        let publishing = Publishing {
            id: COUNT,
            staff: Uuid::from_u128(7),
            roots,
            areas,
            filter: Filter::default(),
            written: "sector=FOOD".to_owned(),
            seen: Some(3),
        };
        let mut conn = scene.centre.pool().acquire().await.unwrap();
        let other = Publishing { id: Uuid::nil(), seen: Some(4), ..publishing.clone() };
        assert!(!published::publish(&mut conn, REGION, &other, now()).await.unwrap(), "that is not what was seen");
        assert!(published::publish(&mut conn, REGION, &publishing, now()).await.unwrap());
        scene
    }

    async fn writes(&mut self, at: usize, puts: Vec<Put>, later: Duration) {
        let (_, offer) = self.pens.get_mut(at).unwrap().write(puts);
        self.server.push(vec![offer], now() + later).await.unwrap();
    }

    async fn made(&self) -> (Published, Reproduced) {
        let mut conn = self.centre.pool().acquire().await.unwrap();
        let count = published::find(&mut conn, REGION, COUNT, None).await.unwrap().unwrap();
        let made = reproduce(&mut conn, REGION, &count).await.unwrap();
        (count, made)
    }

    async fn seen_from(&self, areas: &[i32]) -> usize {
        published::list(&mut self.centre.pool().acquire().await.unwrap(), REGION, Some(areas)).await.unwrap().len()
    }

    async fn on(&self, later: Duration, governorate: Option<&str>) -> usize {
        let filter = Filter { governorate: governorate.map(str::to_owned), ..Filter::default() };
        let mut conn = self.centre.pool().acquire().await.unwrap();
        past::families(&mut conn, REGION, &[200], (&filter, now() + later)).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_published_count_comes_out_again_whatever_became_of_its_families() {
    let mut scene = Scene::start().await;
    let moved = instead(&scene.begun[0], "governorate", "TIF");
    scene.writes(0, vec![moved], Duration::days(2)).await;
    let (count, made) = scene.made().await;
    assert_eq!((made.outcome, made.erased, made.differing.len()), (Outcome::Same, 0, 0));
    assert_eq!((count.total, made.hash), (Tally { families: 3, verified: 0 }, count.hash));
    assert_eq!((count.filter.as_str(), count.version), ("sector=FOOD", 1));
    assert_eq!(scene.centre.count("select count(*) from audit where action = 'count.publish'").await, 1);
    // Its rows are as they were counted, and only of the areas of who looks.
    let mut conn = scene.centre.pool().acquire().await.unwrap();
    let of_jeddah = Filter { governorate: Some("JED".to_owned()), ..Filter::default() };
    for (areas, listed) in [(&[200][..], 3), (&[300], 0)] {
        let made = reproduced_families(&mut conn, REGION, (COUNT, areas), &of_jeddah).await.unwrap();
        assert_eq!(made.len(), listed);
    }
}

#[tokio::test]
async fn an_erased_family_leaves_the_rows_of_a_count_and_the_count_says_so() {
    let scene = Scene::start().await;
    let mut owner = scene.centre.owner().acquire().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::open(&folder.path().join("keys"), dice::roll().unwrap(), now()).unwrap();
    erase::erase(&mut owner, REGION, family(2), &keys, (By::Server, now())).await.unwrap();
    let (count, made) = scene.made().await;
    assert_eq!((made.outcome, made.erased, made.differing.len()), (Outcome::SameButErased, 1, 0));
    assert_eq!(count.total.families, 3);
    assert_eq!(scene.centre.count("select count(*) from published_family").await, 2);
}

#[tokio::test]
async fn a_history_that_was_tampered_with_is_noticed() {
    let scene = Scene::start().await;
    let mut owner = scene.centre.owner().acquire().await.unwrap();
    sqlx::query("delete from change where record_id = $1").bind(family(3).0).execute(&mut *owner).await.unwrap();
    let (_, made) = scene.made().await;
    assert_eq!((made.outcome, made.differing), (Outcome::Different, vec![family(3).0]));
}

#[tokio::test]
async fn a_count_is_seen_by_those_whose_areas_it_is_of_and_changed_by_nobody() {
    let scene = Scene::start().await;
    let taif = TAIF.0.cast_signed();
    assert_eq!((scene.seen_from(&[200, taif]).await, scene.seen_from(&[taif]).await), (1, 0));
    for statement in ["update published_count set families = 305", "delete from published_family"] {
        let refused = sqlx::query(statement).execute(&scene.centre.pool()).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501", "{statement}");
    }
}

#[tokio::test]
async fn an_earlier_day_has_the_families_that_had_arrived_as_they_were_known() {
    let mut scene = Scene::start().await;
    let moved = instead(&scene.begun[0], "governorate", "TIF");
    scene.writes(0, vec![moved], Duration::days(2)).await;
    assert_eq!(scene.on(-Duration::days(1), None).await, 0);
    assert_eq!(
        (scene.on(Duration::days(1), Some("JED")).await, scene.on(Duration::days(1), Some("TIF")).await),
        (3, 0)
    );
    assert_eq!(
        (scene.on(Duration::days(2), Some("JED")).await, scene.on(Duration::days(2), Some("TIF")).await),
        (2, 1)
    );
}
