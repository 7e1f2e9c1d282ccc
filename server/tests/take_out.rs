//! Promises of lists that are taken out: exactly the rows on screen, for whoever asked alone, personal columns only for a reason, and for an
//! hour. On a real PostgreSQL, through the pages, with a clock that is stepped.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use usra_server::clock::Clock;
use usra_server::config::Config;
use usra_server::http::staff::PATH as SIGN_IN;
use usra_server::registry::audit::By;
use usra_server::registry::staff::password::Password;
use usra_server::registry::staff::totp::Secret;
use usra_server::registry::staff::{self, Login, NewStaff};
use usra_server::registry::take_out;
use usra_server::storage::staff::Proofs;
use usra_server::testing::TestServer;
use usra_sync_protocol::id::{AreaId, RegionId};
use usra_sync_protocol::role::Role;
use uuid::Uuid;

const REGION: RegionId = RegionId(2);
const PASSWORD: &str = "a long enough password";
const NOON: i64 = 1_800_000_000;
/// The areas of Jeddah and Taif.
const AREAS: [i32; 2] = [200, 300];
/// More than are read at once, and than a page of the list shows.
const FAMILIES: i32 = 1_203;

/// A centre with families in two governorates, and people who look at them.
struct Centre {
    server: TestServer,
    seconds: Arc<AtomicI64>,
}

/// Somebody signed in.
struct Person<'c> {
    centre: &'c Centre,
    cookie: String,
}

fn secret() -> Secret {
    Secret::new([9; 20])
}

fn id_of(login: &str) -> Uuid {
    Uuid::from_u128(u128::from(login.bytes().map(u32::from).sum::<u32>()))
}

impl Centre {
    async fn start() -> Self {
        let seconds = Arc::new(AtomicI64::new(NOON));
        let told = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || {
            OffsetDateTime::from_unix_timestamp(told.load(Ordering::SeqCst)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
        });
        let centre = Self { server: TestServer::start(Config::default(), clock).await.unwrap(), seconds };
        centre.account("anna", Role::Staff).await;
        centre.account("badr", Role::Staff).await;
        centre.account("partner", Role::Partner).await;
        centre.families().await;
        centre
    }

    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.seconds.load(Ordering::SeqCst)).unwrap()
    }

    fn step(&self, by: Duration) {
        self.seconds.fetch_add(by.whole_seconds(), Ordering::SeqCst);
    }

    async fn account(&self, login: &str, role: Role) {
        let id = id_of(login);
        let new = NewStaff {
            login: Login::parse(login).unwrap(),
            name: "Test".to_owned(),
            role,
            areas: vec![AreaId(AREAS[0].cast_unsigned())],
        };
        let password_hash = Password::chosen(PASSWORD).unwrap().hash([7; 16]).unwrap();
        let totp_secret = secret().seal(&self.server.keys, (REGION, id), [4; 24]).unwrap();
        let mut conn = self.server.database.pool.acquire().await.unwrap();
        let proofs = Proofs { password_hash, totp_secret };
        staff::add(&mut conn, REGION, &new, (id, &proofs), (By::Server, self.now())).await.unwrap();
    }

    /// Families of Jeddah, and as many of Taif, each a second after the one before it.
    async fn families(&self) {
        for sql in [
            "insert into record (region_id, record_id, kind, family_id, area_id, created_by, created_at, changed_at,
                 change_count, conflict_count, heads, digest)
             select 2, md5(area || '-' || n)::uuid, 1, md5(area || '-' || n)::uuid, area, md5('phone')::uuid,
                 to_timestamp(1790000000 + n), to_timestamp(1790000000 + n), 1, 0, '', '\\x0000000000000000'
             from unnest($1::integer[]) as a(area), generate_series(1, $2) as g(n)",
            "insert into family (region_id, record_id, family_id, name_ar, mobile, governorate, primary_activity)
             select 2, md5(area || '-' || n)::uuid, md5(area || '-' || n)::uuid, 'أسرة ' || area || '-' || n,
                 '+966500000001', case area when 200 then 'JED' else 'TIF' end, 'FOOD-BAKE'
             from unnest($1::integer[]) as a(area), generate_series(1, $2) as g(n)",
        ] {
            let asked = sqlx::query(sql).bind(AREAS).bind(FAMILIES);
            asked.execute(&self.server.database.owner).await.unwrap();
        }
    }

    async fn comes(&self, login: &str) -> Person<'_> {
        let typed = json!({ "login": login, "password": PASSWORD, "totp": secret().code(self.now()).unwrap() });
        let request = Client::new()
            .post(format!("{}{SIGN_IN}", self.server.url))
            .header("content-type", "application/json")
            .body(typed.to_string());
        let answer = request.send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Person { centre: self, cookie: format!("{cookie}; usra-lang=en") }
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.server.database.owner).await.unwrap()
    }
}

impl Person<'_> {
    fn client() -> Client {
        Client::builder().redirect(Policy::none()).build().unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        let url = format!("{}{path}", self.centre.server.url);
        Self::client().get(url).header("cookie", &self.cookie).send().await.unwrap()
    }

    async fn page(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }

    async fn ask(&self, form: &[(&str, &str)]) -> Response {
        let url = format!("{}/console/take-out", self.centre.server.url);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = Self::client().post(url).header("content-type", "application/x-www-form-urlencoded");
        request.header("cookie", &self.cookie).body(body).send().await.unwrap()
    }

    /// Asks for a list and waits until it is ready; its address.
    async fn take_out(&self, form: &[(&str, &str)]) -> String {
        let answer = self.ask(form).await;
        assert_eq!(answer.status(), 303);
        let job = answer.headers()["location"].to_str().unwrap().to_owned();
        loop {
            let answer = self.get(&job).await;
            let looks_again = answer.headers().contains_key("refresh");
            let text = answer.text().await.unwrap();
            if !looks_again {
                assert!(text.contains(&format!("{job}/file")), "{text}");
                return job;
            }
            tokio::task::yield_now().await;
        }
    }

    /// The file of a list.
    async fn file(&self, job: &str) -> Vec<u8> {
        let answer = self.get(&format!("{job}/file")).await;
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }

    async fn csv(&self, form: &[(&str, &str)]) -> String {
        let form = [&[("as", "csv")], form].concat();
        String::from_utf8(self.file(&self.take_out(&form).await).await).unwrap()
    }
}

/// The names on a page of the list, in their order.
fn names(page: &str) -> Vec<&str> {
    page.split("<th scope=\"row\">")
        .skip(1)
        .filter_map(|row| Some(row.split_once("<bdi>")?.1.split_once('<')?.0))
        .collect()
}

#[tokio::test]
async fn a_file_has_exactly_the_rows_on_screen_every_page_of_them_in_their_order() {
    let centre = Centre::start().await;
    let anna = centre.comes("anna").await;
    let (mut shown, mut page) = (Vec::new(), 1);
    while shown.len() < usize::try_from(FAMILIES).unwrap() {
        let text = anna.page(&format!("/console/families?sector=FOOD&page={page}")).await;
        shown.extend(names(&text).into_iter().map(str::to_owned));
        page += 1;
    }
    let text = anna.csv(&[("query", "sector=FOOD")]).await;
    let taken: Vec<&str> = text.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
    assert_eq!(taken, shown);
    assert!(!text.contains("+966500000001") && !text.contains("300-1"));
    let search = anna.csv(&[("query", "q=%D8%A3%D8%B3%D8%B1%D8%A9%20200-7&standing=verified")]).await;
    assert_eq!(search.lines().count(), 1, "{search}");
}

#[tokio::test]
async fn every_form_holds_the_same_families() {
    let centre = Centre::start().await;
    let anna = centre.comes("anna").await;
    let map: Value = serde_json::from_slice(&anna.file(&anna.take_out(&[("as", "geojson")]).await).await).unwrap();
    assert_eq!(map["features"].as_array().unwrap().len(), usize::try_from(FAMILIES).unwrap());
    for (form, begins) in [("xlsx", b"PK".as_slice()), ("parquet", b"PAR1".as_slice())] {
        let file = anna.file(&anna.take_out(&[("as", form)]).await).await;
        assert!(file.starts_with(begins), "{form}");
    }
    assert_eq!(centre.count("select count(*) from audit where action = 'list.take_out'").await, 3);
}

#[tokio::test]
async fn nobody_else_sees_a_list_or_its_file() {
    let centre = Centre::start().await;
    let (anna, badr) = (centre.comes("anna").await, centre.comes("badr").await);
    let job = anna.take_out(&[("as", "csv"), ("query", "")]).await;
    for path in [job.clone(), format!("{job}/file")] {
        assert_eq!(anna.get(&path).await.status(), 200);
        assert_eq!(badr.get(&path).await.status(), 404);
    }
    // Who sees fewer areas than then does not see it either.
    let narrower = "update staff set area_ids = array[300] where login = 'anna'";
    sqlx::query(narrower).execute(&centre.server.database.owner).await.unwrap();
    assert_eq!(anna.get(&format!("{job}/file")).await.status(), 404);
}

#[tokio::test]
async fn personal_columns_take_the_right_and_a_reason_that_is_kept() {
    let centre = Centre::start().await;
    let (anna, partner) = (centre.comes("anna").await, centre.comes("partner").await);
    let personal = |reason| [("as", "csv"), ("personal", "1"), ("reason", reason), ("query", "governorate=JED")];
    assert_eq!(partner.ask(&personal("curiosity")).await.status(), 404);
    let wrong = anna.ask(&personal(" ")).await;
    assert_eq!(wrong.status(), 422);
    let text = wrong.text().await.unwrap();
    assert!(text.contains("role=\"alert\"") && text.contains("checked") && text.contains("value=\"governorate=JED\""));
    assert_eq!(centre.count("select count(*) from take_out").await, 0);
    let job = anna.take_out(&personal("call the families of the fair")).await;
    let file = String::from_utf8(anna.file(&job).await).unwrap();
    assert!(file.contains("'+966500000001"), "{file}");
    let kept = "select count(*) from sealed_reading where reason = 'call the families of the fair'";
    assert_eq!(centre.count(kept).await, 1);
    let noted = "select count(*) from audit where action = 'list.take_out' and cardinality(record_ids) = 1203";
    assert_eq!(centre.count(noted).await, 1);
    let partners = partner.csv(&[("query", "")]).await;
    let heads = partners.lines().next().unwrap();
    assert!(!heads.contains("Open needs") && !heads.contains("Mobile") && heads.contains("Products"), "{heads}");
}

#[tokio::test]
async fn a_file_expires_after_an_hour_and_its_page_says_so() {
    let centre = Centre::start().await;
    let anna = centre.comes("anna").await;
    let job = anna.take_out(&[("as", "csv")]).await;
    centre.step(Duration::HOUR);
    let anna = centre.comes("anna").await;
    let answer = anna.get(&format!("{job}/file")).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, job.as_str()));
    let page = anna.page(&job).await;
    assert!(
        page.contains("role=\"alert\"") && page.contains("is gone") && !page.contains(&format!("{job}/file")),
        "{page}"
    );
    let mut conn = centre.server.database.pool.acquire().await.unwrap();
    take_out::sweep(&mut conn, REGION, centre.now()).await.unwrap();
    assert_eq!(centre.count("select count(*) from take_out where file is not null").await, 0);
    take_out::sweep(&mut conn, REGION, centre.now() + Duration::days(8)).await.unwrap();
    assert_eq!(centre.count("select count(*) from take_out").await, 0);
}

#[tokio::test]
async fn a_third_list_at_once_is_refused_until_those_of_an_ended_server_are_lost() {
    let centre = Centre::start().await;
    let anna = centre.comes("anna").await;
    for n in [1_u128, 2] {
        let sql = "insert into take_out (region_id, take_out_id, staff_id, area_ids, query, form, personal, asked_at,
                       rows_done, moved_at)
                   values (2, $1, $2, '{200}', '', 'csv', false, $3, 0, $3)";
        let row = sqlx::query(sql).bind(Uuid::from_u128(n)).bind(id_of("anna")).bind(centre.now());
        row.execute(&centre.server.database.owner).await.unwrap();
    }
    let refused = anna.ask(&[("as", "csv"), ("query", "governorate=JED")]).await;
    assert_eq!(refused.status(), 429);
    let text = refused.text().await.unwrap();
    let first = format!("/console/take-out/{}", Uuid::from_u128(1));
    assert!(text.contains(&format!("<a href=\"{first}\">")), "{text}");
    assert!(anna.get(&first).await.headers().contains_key("refresh"));
    centre.step(Duration::minutes(3));
    let page = anna.page(&first).await;
    assert!(page.contains("role=\"alert\"") && page.contains("The server stopped"), "{page}");
    anna.take_out(&[("as", "csv")]).await;
}
