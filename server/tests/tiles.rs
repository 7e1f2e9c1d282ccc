//! Promises of the tiles under the overview's map, on archives that the tests make: they are shown to who is signed in, they are not missed where
//! there are none, and a file that does not fit is refused at the start, with what to do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::path::{Path, PathBuf};
use std::process::Command;

use pmtiles::{PmTilesWriter, TileCoord, TileType};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::json;
use tempfile::TempDir;
use time::OffsetDateTime;
use usra_server::clock::Clock;
use usra_server::config::Config;
use usra_server::http::staff::PATH as SIGN_IN;
use usra_server::registry::audit::By;
use usra_server::registry::staff::password::Password;
use usra_server::registry::staff::totp::Secret;
use usra_server::registry::staff::{self, Login, NewStaff};
use usra_server::storage::staff::Proofs;
use usra_server::testing::TestServer;
use usra_server::tiles::Tiles;
use usra_server::tiles::frame::{Tile, cover};
use usra_sync_protocol::id::{AreaId, RegionId};
use usra_sync_protocol::role::Role;
use uuid::Uuid;

const REGION: RegionId = RegionId(2);
const PASSWORD: &str = "a long enough password";
const NOON: i64 = 1_800_000_000;
/// A picture of one point.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\
    \0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

/// Makes an archive of these tiles, every one the same picture.
fn archive(folder: &Path, kind: TileType, tiles: &[Tile]) -> PathBuf {
    let path = folder.join("made.pmtiles");
    let metadata = json!({ "attribution": "<a href=\"https://example.org\">&copy; Makers & <b>Co</b></a>" });
    let writer = PmTilesWriter::new(kind).metadata(metadata.to_string());
    let mut writer = writer.create(std::fs::File::create(&path).unwrap()).unwrap();
    for Tile { zoom, column, row } in tiles {
        writer.add_tile(TileCoord::new(*zoom, *column, *row).unwrap(), PNG).unwrap();
    }
    writer.finalize().unwrap();
    path
}

/// A centre, and the cookie of somebody signed in.
async fn centre(tiles: Option<Tiles>) -> (TestServer, String) {
    let now = OffsetDateTime::from_unix_timestamp(NOON).unwrap();
    let config = Config { tiles, ..Config::default() };
    let server = TestServer::start(config, Clock::from_fn(move || now)).await.unwrap();
    let (id, secret) = (Uuid::from_u128(1), Secret::new([9; 20]));
    let new = NewStaff {
        login: Login::parse("partner").unwrap(),
        name: "Test".to_owned(),
        role: Role::Partner,
        areas: vec![AreaId(200)],
    };
    let proofs = Proofs {
        password_hash: Password::chosen(PASSWORD).unwrap().hash([7; 16]).unwrap(),
        totp_secret: secret.seal(&server.keys, (REGION, id), [4; 24]).unwrap(),
    };
    let mut conn = server.database.pool.acquire().await.unwrap();
    staff::add(&mut conn, REGION, &new, (id, &proofs), (By::Server, now)).await.unwrap();
    let typed = json!({ "login": "partner", "password": PASSWORD, "totp": secret.code(now).unwrap() });
    let request = Client::new().post(format!("{}{SIGN_IN}", server.url)).header("content-type", "application/json");
    let answer = request.body(typed.to_string()).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    (server, cookie)
}

async fn get(server: &TestServer, path: &str, cookie: &str) -> Response {
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    client.get(format!("{}{path}", server.url)).header("cookie", cookie).send().await.unwrap()
}

/// The addresses of the pictures on a page.
fn pictures(page: &str) -> Vec<&str> {
    page.split("<image href=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect()
}

#[tokio::test]
async fn the_maps_tiles_are_shown_to_who_is_signed_in_with_their_makers() {
    let folder = TempDir::new().unwrap();
    let given = [cover(7), cover(8)].concat();
    let tiles = Tiles::open(&archive(folder.path(), TileType::Png, &given)).await.unwrap();
    let (server, cookie) = centre(Some(tiles)).await;
    let page = get(&server, "/console", &cookie).await.text().await.unwrap();
    let shown = pictures(&page);
    assert_eq!(shown.len(), 16);
    assert!(page.contains("<bdi>© Makers &#38; Co</bdi>"), "{page}");
    for path in shown {
        let answer = get(&server, path, &cookie).await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(
            (header("content-type"), header("cache-control")),
            ("image/png".to_owned(), "private, max-age=86400".to_owned())
        );
        assert_eq!(answer.bytes().await.unwrap(), PNG);
    }
    let answer = get(&server, "/console/tiles/8/155/113", "").await;
    assert_eq!(answer.status(), 303);
    assert!(answer.headers()["location"].to_str().unwrap().starts_with("/console/sign-in?next="));
    for nowhere in ["8/0/0", "8/300/0", "40/1/1", "8/-1/0", "8/155/x", "7/155/113"] {
        assert_eq!(get(&server, &format!("/console/tiles/{nowhere}"), &cookie).await.status(), 404, "{nowhere}");
    }
}

#[tokio::test]
async fn an_archive_that_ends_at_a_zoom_is_shown_at_that_and_only_where_it_has_tiles() {
    let folder = TempDir::new().unwrap();
    let tiles = Tiles::open(&archive(folder.path(), TileType::Webp, &cover(7)[..4])).await.unwrap();
    assert_eq!((tiles.ground(), tiles.media_type()), (&cover(7)[..4], "image/webp"));
}

#[tokio::test]
async fn without_an_archive_the_map_has_a_plain_ground_and_there_are_no_tiles() {
    let (server, cookie) = centre(None).await;
    let page = get(&server, "/console", &cookie).await.text().await.unwrap();
    assert!(page.contains("<circle") && pictures(&page).is_empty());
    assert_eq!(get(&server, "/console/tiles/8/155/113", &cookie).await.status(), 404);
}

#[tokio::test]
async fn a_file_that_does_not_fit_is_refused_with_what_to_do() {
    let folder = TempDir::new().unwrap();
    let refused = async |path: PathBuf| format!("{:#}", Tiles::open(&path).await.unwrap_err());
    let far = refused(archive(folder.path(), TileType::Png, &cover(6))).await;
    assert!(far.contains("no tile under the map") && far.contains("zoom 8 or 7"), "{far}");
    let gone = refused(folder.path().join("gone.pmtiles")).await;
    assert!(gone.contains("cannot open the tiles"), "{gone}");
    let text = folder.path().join("text.pmtiles");
    std::fs::write(&text, "no tiles").unwrap();
    let text = refused(text).await;
    assert!(text.contains("cannot be read as a PMTiles archive"), "{text}");
    let cut = archive(folder.path(), TileType::Png, &cover(8));
    let whole = std::fs::read(&cut).unwrap();
    std::fs::write(&cut, &whole[..whole.len() - PNG.len()]).unwrap();
    let cut = refused(cut).await;
    assert!(cut.contains("cannot be read: make or copy it anew"), "{cut}");
}

#[test]
fn a_server_that_is_given_vectors_does_not_start_and_says_what_to_give() {
    let folder = TempDir::new().unwrap();
    let vectors = archive(folder.path(), TileType::Mvt, &cover(8));
    let mut command = Command::new(env!("CARGO_BIN_EXE_usra"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path().join("data"));
    let ended = command.env_remove("DATABASE_URL").env("USRA_TILES", &vectors).output().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert!(!ended.status.success() && ended.stdout.is_empty(), "{told}");
    assert!(told.contains("vector tiles") && told.contains("PNG, WebP or JPEG"), "{told}");
}
