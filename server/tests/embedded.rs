//! Promises of the private PostgreSQL, on the real binary.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says where")]

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A folder that every account may enter.
fn open_folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("usra-e").tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o777)).unwrap();
    folder
}

fn usra(folder: &Path) -> Command {
    at(Command::new(env!("CARGO_BIN_EXE_usra")), folder)
}

fn at(mut command: Command, folder: &Path) -> Command {
    command.env_remove("DATABASE_URL").env("USRA_DATA", folder.join("data"));
    command
}

struct Serving {
    child: Child,
    url: String,
}

impl Serving {
    fn start(mut command: Command) -> Self {
        command.stderr(Stdio::null());
        Self::start_with_log(command)
    }

    fn start_with_log(mut command: Command) -> Self {
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("Usra is ready at ").expect("not ready").to_owned();
        Self { child, url }
    }

    fn signal(&mut self, signal: rustix::process::Signal) -> std::process::ExitStatus {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
        self.child.wait().unwrap()
    }

    fn stop(mut self) {
        assert!(self.signal(rustix::process::Signal::TERM).success());
    }
}

fn postmaster(folder: &Path) -> Option<u32> {
    let file = std::fs::read_to_string(folder.join("data/pg/postmaster.pid")).ok()?;
    file.lines().next()?.parse().ok()
}

async fn ready(url: &str) -> bool {
    reqwest::get(format!("{url}/readyz")).await.is_ok_and(|answer| answer.status().is_success())
}

#[tokio::test]
async fn a_server_starts_its_own_database_and_stops_it_when_told_to_stop() {
    let folder = open_folder();
    let server = Serving::start(usra(folder.path()));
    assert!(ready(&server.url).await);
    assert!(postmaster(folder.path()).is_some());
    server.stop();
    assert_eq!(postmaster(folder.path()), None);
}

#[tokio::test]
async fn a_server_whose_log_stands_on_a_full_disk_goes_on_serving() {
    let folder = open_folder();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = usra(folder.path());
    command.stderr(full);
    let server = Serving::start_with_log(command);
    for _ in 0..3 {
        assert!(reqwest::get(format!("{}/nothing-here", server.url)).await.unwrap().status().is_client_error());
        assert!(ready(&server.url).await);
    }
    server.stop();
}

#[tokio::test]
async fn a_plain_user_can_run_it_too() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let folder = open_folder();
    // The build folder may be closed to other accounts.
    let binary = folder.path().join("usra");
    std::fs::copy(env!("CARGO_BIN_EXE_usra"), &binary).unwrap();
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&binary);
    let server = Serving::start(at(command, folder.path()));
    assert!(ready(&server.url).await);
    server.stop();
    assert_eq!(postmaster(folder.path()), None);
}

#[tokio::test]
async fn after_kill_9_of_the_server_the_next_one_adopts_its_database() {
    let folder = open_folder();
    let mut first = Serving::start(usra(folder.path()));
    first.signal(rustix::process::Signal::KILL);
    let left = postmaster(folder.path());
    let second = Serving::start(usra(folder.path()));
    assert_eq!(postmaster(folder.path()), left);
    assert!(ready(&second.url).await);
    second.stop();
    assert_eq!(postmaster(folder.path()), None);
}

#[tokio::test]
async fn after_kill_9_of_the_database_the_server_starts_it_again() {
    let folder = open_folder();
    let server = Serving::start(usra(folder.path()));
    let killed = postmaster(folder.path()).unwrap();
    let pid = rustix::process::Pid::from_raw(i32::try_from(killed).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    while !(ready(&server.url).await && postmaster(folder.path()) != Some(killed)) {
        tokio::task::yield_now().await;
    }
    server.stop();
}

#[tokio::test]
async fn a_pid_file_that_names_a_stranger_or_nobody_does_not_stop_a_start() {
    let folder = open_folder();
    Serving::start(usra(folder.path())).stop();
    for pid in [std::process::id(), 4_194_303] {
        let stale = format!("{pid}\n{}\n1700000000\n5432\n/tmp\n\n 1 1\nready\n", folder.path().display());
        std::fs::write(folder.path().join("data/pg/postmaster.pid"), stale).unwrap();
        let server = Serving::start(usra(folder.path()));
        assert!(ready(&server.url).await);
        server.stop();
    }
}

/// The pid of a process that PostgreSQL's account may send signals to, and that is no PostgreSQL: as a zombie is that nobody reaped.
#[tokio::test]
async fn a_socket_lock_that_names_a_living_stranger_does_not_stop_a_start() {
    let folder = open_folder();
    Serving::start(usra(folder.path())).stop();
    let data = folder.path().join("data");
    let owner = std::fs::metadata(data.join("pg")).unwrap();
    let mut stranger = Command::new("sleep").arg("60").uid(owner.uid()).gid(owner.gid()).spawn().unwrap();
    let lock = data.join("socket.d/.s.PGSQL.5432.lock");
    std::fs::write(&lock, format!("{}\n{}\n1700000000\n5432\n", stranger.id(), data.join("pg").display())).unwrap();
    std::os::unix::fs::chown(&lock, Some(owner.uid()), Some(owner.gid())).unwrap();
    std::fs::set_permissions(&lock, PermissionsExt::from_mode(0o600)).unwrap();
    let server = Serving::start(usra(folder.path()));
    assert!(ready(&server.url).await);
    server.stop();
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[test]
fn a_second_server_on_one_folder_is_told_so_and_commands_work_beside_the_first() {
    let folder = open_folder();
    let server = Serving::start(usra(folder.path()));
    let second = usra(folder.path()).args(["serve", "--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another `usra serve` uses"));
    let made = ["enrol", "--role", "surveyor", "--area", "JED", "--name", "Test", "--json"];
    let made = usra(folder.path()).args(made).output().unwrap();
    assert!(String::from_utf8_lossy(&made.stdout).contains(&format!("{}/enrol/", server.url)));
    assert!(usra(folder.path()).arg("doctor").status().unwrap().success());
    server.stop();
    let list = usra(folder.path()).args(["area", "list", "--json"]).output().unwrap();
    assert!(list.status.success());
    assert_eq!(postmaster(folder.path()), None);
}

#[test]
fn a_deep_folder_gets_its_socket_elsewhere() {
    let folder = open_folder();
    let deep = folder.path().join("d".repeat(120));
    std::fs::create_dir(&deep).unwrap();
    assert!(usra(&deep).args(["area", "list"]).status().unwrap().success());
    let away = std::fs::read_to_string(deep.join("data/socket")).unwrap();
    assert_eq!(std::fs::metadata(&away).unwrap().permissions().mode() & 0o777, 0o700);
    std::fs::remove_dir_all(away).unwrap();
}

#[test]
fn a_database_that_could_lose_work_is_refused_with_the_fix() {
    let folder = open_folder();
    assert!(usra(folder.path()).args(["area", "list"]).status().unwrap().success());
    let server = Serving::start(usra(folder.path()));
    let socket = folder.path().join("data/socket.d");
    let url = format!("postgres://usra_server@localhost/usra?host={}", socket.display());
    let unsafe_url = format!("{url}&options=-c%20synchronous_commit%3Doff");
    let refused = usra(folder.path()).env("DATABASE_URL", unsafe_url).args(["area", "list"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(words.contains("alter system set synchronous_commit = on"), "{words}");
    assert!(usra(folder.path()).env("DATABASE_URL", url).args(["area", "list"]).status().unwrap().success());
    server.stop();
}

#[test]
fn a_server_that_is_given_the_owners_role_is_refused_with_the_statement_that_makes_another() {
    let folder = open_folder();
    let server = Serving::start(usra(folder.path()));
    let socket = folder.path().join("data/socket.d");
    let url = |role: &str| format!("postgres://{role}@localhost/usra?host={}", socket.display());
    let refused = usra(folder.path()).env("DATABASE_URL", url("usra")).args(["area", "list"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(words.contains("is a superuser") && words.contains("create role usra_server login"), "{words}");
    let doctor = usra(folder.path()).env("DATABASE_URL", url("usra")).args(["doctor", "--json"]).output().unwrap();
    assert_eq!(doctor.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("is a superuser"));
    let as_server = |arguments: &[&str]| {
        usra(folder.path()).env("DATABASE_URL", url("usra_server")).args(arguments).output().unwrap()
    };
    let unmigrated = as_server(&["migrate"]);
    assert!(String::from_utf8_lossy(&unmigrated.stderr).contains("USRA_OWNER_URL"));
    assert!(as_server(&["doctor"]).status.success());
    assert!(as_server(&["migrate", "--owner-url", &url("usra")]).status.success());
    server.stop();
}

#[tokio::test]
async fn an_account_made_at_the_command_line_signs_in_and_its_password_is_shown_once() {
    let folder = open_folder();
    let server = Serving::start(usra(folder.path()));
    let run = |arguments: &[&str]| usra(folder.path()).args(arguments).output().unwrap();
    let add = ["staff", "add", "--login", "huda", "--role", "staff", "--area", "JED", "--name", "Huda", "--json"];
    let made: serde_json::Value = serde_json::from_slice(&run(&add).stdout).unwrap();
    let (password, url) = (made["password"].as_str().unwrap(), made["otpauth_url"].as_str().unwrap());
    let again = run(&add);
    assert!(!again.status.success() && again.stdout.is_empty());
    let totp = totp_rs::Totp::from_url(url).unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let typed = serde_json::json!({ "login": "huda", "password": password, "totp": totp.generate(now).to_string() });
    let session = format!("{}/v1/staff/session", server.url);
    let post = reqwest::Client::new().post(&session).header("content-type", "application/json").body(typed.to_string());
    assert_eq!(post.send().await.unwrap().status().as_u16(), 200);
    let list = String::from_utf8(run(&["staff", "list", "--json"]).stdout).unwrap();
    assert!(list.contains("\"login\": \"huda\"") && list.contains("JED"), "{list}");
    assert!(!list.contains(password) && !list.contains("argon2"), "{list}");
    let mut reset = usra(folder.path());
    reset.args(["staff", "reset", "huda", "--password-stdin"]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut reset = reset.spawn().unwrap();
    std::io::Write::write_all(&mut reset.stdin.take().unwrap(), b"short\n").unwrap();
    let refused = reset.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("at least 12 letters"));
    assert!(run(&["staff", "disable", "huda"]).status.success());
    server.stop();
}
