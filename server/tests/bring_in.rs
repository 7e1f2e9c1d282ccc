//! Promises of lists that are brought in: nothing before it is confirmed, the same list twice is once, what a person wrote since stands, and what
//! does not fit is told. On a real PostgreSQL, through the pages.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::sync::Arc;

use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::json;
use time::OffsetDateTime;
use usra_server::clock::Clock;
use usra_server::config::Config;
use usra_server::http::staff::PATH as SIGN_IN;
use usra_server::registry::audit::{Action, By};
use usra_server::registry::staff::password::Password;
use usra_server::registry::staff::totp::Secret;
use usra_server::registry::staff::{self, Login, NewStaff};
use usra_server::storage::area;
use usra_server::storage::staff::Proofs;
use usra_server::sync::desk::Desk;
use usra_server::sync::put::{Over, Wanted, put};
use usra_server::sync::reach::AreaTree;
use usra_server::testing::TestServer;
use usra_sync_protocol::brought::identity;
use usra_sync_protocol::id::{AreaId, RegionId};
use usra_sync_protocol::kind::Kind;
use usra_sync_protocol::role::Role;
use usra_sync_protocol::scalar::Scalar;
use usra_sync_protocol::value;
use uuid::Uuid;

const REGION: RegionId = RegionId(2);
const PASSWORD: &str = "a long enough password";
const SOURCE: &str = "غرفة جدة";
/// Two families that fit; one whose mobile does not; and rows without a name, of Taif, and with a key that was there.
const LIST: &str = "رقم العضوية,الاسم التجاري,الجوال,المحافظة,الحي,ملاحظات\n\
    1,كعك نورة,0500000001,جدة,الصفا,x\n\
    2,=تمر هند,0500000002,جدة,المروة,\n\
    3,خوص,12,جدة,,\n\
    4,,0500000004,جدة,,\n\
    5,عسل,0500000005,الطائف,,\n\
    1,مكرر,0500000006,جدة,,\n";

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn secret() -> Secret {
    Secret::new([9; 20])
}

struct Centre {
    server: TestServer,
}

struct Person<'c> {
    centre: &'c Centre,
    cookie: String,
}

impl Centre {
    async fn start() -> Self {
        let centre = Self { server: TestServer::start(Config::default(), Clock::from_fn(now)).await.unwrap() };
        for (number, login, role) in [(1, "anna", Role::Staff), (2, "badr", Role::Staff), (3, "partner", Role::Partner)]
        {
            centre.account(Uuid::from_u128(number), login, role).await;
        }
        centre
    }

    async fn account(&self, id: Uuid, login: &str, role: Role) {
        let login = Login::parse(login).unwrap();
        let new = NewStaff { login, name: "Test".to_owned(), role, areas: vec![AreaId(200)] };
        let password_hash = Password::chosen(PASSWORD).unwrap().hash([7; 16]).unwrap();
        let totp_secret = secret().seal(&self.server.keys, (REGION, id), [4; 24]).unwrap();
        let mut conn = self.server.database.pool.acquire().await.unwrap();
        let proofs = Proofs { password_hash, totp_secret };
        staff::add(&mut conn, REGION, &new, (id, &proofs), (By::Server, now())).await.unwrap();
    }

    async fn comes(&self, login: &str) -> Person<'_> {
        let typed = json!({ "login": login, "password": PASSWORD, "totp": secret().code(now()).unwrap() }).to_string();
        let request = Client::new().post(format!("{}{SIGN_IN}", self.server.url));
        let answer = request.header("content-type", "application/json").body(typed).send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Person { centre: self, cookie: format!("{cookie}; usra-lang=en") }
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.server.database.owner).await.unwrap()
    }

    async fn texts(&self, sql: &'static str) -> Vec<Option<String>> {
        sqlx::query_scalar(sql).fetch_all(&self.server.database.owner).await.unwrap()
    }

    /// A person of the centre writes a field of the family with this key in the list.
    async fn writes(&self, key: &str, (field, value): (&str, &str)) {
        let record = identity::record(SOURCE, Kind::Family, key);
        let mut conn = self.server.database.pool.acquire().await.unwrap();
        let areas = Arc::new(AreaTree::new(area::list(&mut conn, REGION).await.unwrap()));
        let pool = self.server.database.pool.clone();
        let desk = Desk { pool, region: REGION, areas, by: By::Server, scope: None };
        let wanted = Wanted { key: field.to_owned(), value: Scalar::from(value), over: Over::All };
        put(&desk, record, vec![wanted], Action::Resolve, now()).await.unwrap();
    }
}

impl Person<'_> {
    /// A page without the marks that keep numbers from their surroundings.
    async fn page(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap().replace(['\u{2068}', '\u{2069}'], "")
    }

    async fn send(&self, path: &str, (kind, body): (&str, String)) -> Response {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let request = client.post(format!("{}{path}", self.centre.server.url)).header("cookie", &self.cookie);
        request.header("content-type", kind).body(body).send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        client.get(format!("{}{path}", self.centre.server.url)).header("cookie", &self.cookie).send().await.unwrap()
    }

    async fn upload(&self, source: &str, list: &str) -> Response {
        let part = |name: &str, text: &str| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"l.csv\"\r\n\r\n{text}\r\n")
        };
        let body = format!("{}{}--x--\r\n", part("source", source), part("file", list));
        self.send("/console/bring-in", ("multipart/form-data; boundary=x", body)).await
    }

    /// Sends a list and says where it is looked at.
    async fn sent(&self, list: &str) -> String {
        let answer = self.upload(SOURCE, list).await;
        assert_eq!(answer.status(), 303);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    async fn confirm(&self, job: &str, columns: &str) -> Response {
        self.send(job, ("application/x-www-form-urlencoded", columns.to_owned())).await
    }

    /// Brings a list in and waits until it is done; its page.
    async fn brought(&self, list: &str) -> (String, String) {
        let job = self.sent(list).await;
        assert_eq!(self.confirm(&job, "").await.status(), 303);
        loop {
            let answer = self.get(&job).await;
            let looks_again = answer.headers().contains_key("refresh");
            let text = answer.text().await.unwrap();
            if !looks_again {
                return (job, text);
            }
            tokio::task::yield_now().await;
        }
    }
}

/// New, updated, unchanged and left out, as the page says.
fn counts(page: &str) -> Vec<u32> {
    page.split("<dd><span class=\"num\">").skip(1).filter_map(|rest| rest.split_once('<')?.0.parse().ok()).collect()
}

#[tokio::test]
async fn nothing_is_written_before_somebody_saw_how_the_list_would_be_read() {
    let centre = Centre::start().await;
    let anna = centre.comes("anna").await;
    let job = anna.sent(LIST).await;
    let page = anna.page(&job).await;
    assert!(page.contains("3 families would be taken") && page.contains("3 rows would be left out"), "{page}");
    for said in ["This value is needed", "outside of the areas", "An earlier row has the same key"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert_eq!(centre.count("select count(*) from record").await, 0);
    let wrong = anna.confirm(&job, "c0=key&c1=name_ar&c2=name_ar&c3=governorate").await;
    assert_eq!(wrong.status(), 422);
    assert_eq!(centre.count("select count(*) from record").await, 0);
}

#[tokio::test]
async fn a_list_becomes_provisional_families_and_the_same_list_again_changes_nothing() {
    let centre = Centre::start().await;
    let anna = centre.comes("anna").await;
    let (job, page) = anna.brought(LIST).await;
    assert_eq!(counts(&page), [3, 0, 0, 3], "{page}");
    assert_eq!(centre.count("select count(*) from listed_family where standing = 'provisional'").await, 3);
    assert_eq!(centre.count("select count(*) from record where area_id = 200 and change_count = 1").await, 3);
    assert_eq!(
        centre.count("select count(*) from family where origin_key = '1' and mobile = '+966500000001'").await,
        1
    );
    assert_eq!(centre.count("select count(*) from audit where action = 'list.bring_in'").await, 1);
    assert_eq!(centre.count("select count(*) from feed where area_id = 200").await, 3);
    let rejects = anna.get(&format!("{job}/rejects")).await.text().await.unwrap();
    assert_eq!(rejects.lines().count(), 5, "{rejects}");
    assert!(rejects.lines().nth(1).unwrap().starts_with("4,الجوال,12,the value,"), "{rejects}");
    // Of the list itself nothing stays.
    assert_eq!(centre.count("select count(*) from bring_in where file is not null").await, 0);
    let (_, again) = anna.brought(LIST).await;
    assert_eq!(counts(&again), [0, 0, 3, 3]);
    assert_eq!(centre.count("select count(*) from change").await, 3);
}

#[tokio::test]
async fn a_corrected_list_changes_only_what_it_corrects_and_what_a_person_wrote_stands() {
    let centre = Centre::start().await;
    let anna = centre.comes("anna").await;
    anna.brought(LIST).await;
    centre.writes("2", ("district", "الروضة")).await;
    let corrected = LIST.replace("الصفا", "النعيم").replace("المروة", "السلامة");
    let (_, page) = anna.brought(&corrected).await;
    assert_eq!(counts(&page), [0, 1, 2, 3], "{page}");
    let districts = centre.texts("select district from family order by origin_key").await;
    let told: Vec<Option<&str>> = districts.iter().map(Option::as_deref).collect();
    assert_eq!(told, [Some("النعيم"), Some("الروضة"), None]);
}

#[tokio::test]
async fn a_list_is_of_whoever_sent_it_and_nobody_elses_room() {
    let centre = Centre::start().await;
    let (anna, badr, partner) = (centre.comes("anna").await, centre.comes("badr").await, centre.comes("partner").await);
    let (job, _) = anna.brought(LIST).await;
    for path in [job.clone(), format!("{job}/rejects")] {
        assert_eq!(anna.get(&path).await.status(), 200);
        assert_eq!(badr.get(&path).await.status(), 404);
        assert_eq!(partner.get(&path).await.status(), 404);
    }
    assert_eq!(partner.get("/console/bring-in").await.status(), 404);
    assert_eq!(partner.upload(SOURCE, LIST).await.status(), 404);
    let waiting = anna.sent(LIST).await;
    assert_eq!(badr.confirm(&waiting, "").await.status(), 404);
}

#[tokio::test]
async fn what_is_no_list_is_refused_in_words_and_a_national_id_is_no_key() {
    let centre = Centre::start().await;
    let anna = centre.comes("anna").await;
    for (source, list, said) in [
        ("", LIST, "Name where the list is from"),
        (SOURCE, "", "no rows below its heads"),
        (SOURCE, "PK\u{3}\u{4}", "neither CSV in UTF-8"),
    ] {
        let answer = anna.upload(source, list).await;
        assert_eq!(answer.status(), 422, "{said}");
        let text = answer.text().await.unwrap();
        assert!(text.contains("role=\"alert\"") && text.contains(said), "{text}");
    }
    let id = (9_000_000_000_u64..9_000_000_100).find(|id| value::national_id(&id.to_string(), true).is_ok()).unwrap();
    let job = anna.sent(&format!("id,name,governorate\n{id},كعك,JED\n")).await;
    let page = anna.page(&job).await;
    assert!(page.contains("The key is a national id") && page.contains("0 families would be taken"), "{page}");
}
