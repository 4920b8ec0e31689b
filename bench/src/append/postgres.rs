//! PostgreSQL as the log: a server of its own in a folder of its own, one writer, each group one
//! statement over `UNNEST`ed arrays, durable at commit. It checks no condition and looks no command
//! up.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

use super::samples::Samples;
use super::sqlite::{Row, RowCaller};
use crate::group::Group;
use crate::outcome::{OrMissing as _, Outcome};
use crate::plan::Plan;
use crate::random::Random;

const TABLES: &str = "
    CREATE TABLE event (position bigint PRIMARY KEY, id uuid NOT NULL, json text NOT NULL);
    CREATE TABLE tag (tag text, position bigint, PRIMARY KEY (tag, position));";
const INSERT: &str = "
    WITH events AS (INSERT INTO event SELECT * FROM UNNEST($1::bigint[], $2::uuid[], $3::text[]))
    INSERT INTO tag SELECT * FROM UNNEST($4::text[], $5::bigint[])";
/// The system's user that owns the server when this program runs as root, who may not.
const USER: &str = "postgres";

/// The server and the writer before it.
pub(crate) struct Postgres {
    group: Arc<Group<Row>>,
    server: Server,
}

impl Postgres {
    pub(crate) async fn start(root: &Path, plan: &Plan, samples: &Samples) -> Outcome<Self> {
        let server = Server::start(&root.join("postgres"))?;
        let client = server.connect().await?;
        client.batch_execute(TABLES).await?;
        let insert = client.prepare(INSERT).await?;
        let mut writer = Writer {
            client,
            insert,
            position: 0,
        };
        let mut random = Random::fresh();
        let mut left = plan.events;
        while left > 0 {
            let rows = (0..left.min(5_000)).map(|_| Row::make(samples, &mut random));
            writer.insert(rows.collect()).await?;
            left -= left.min(5_000);
        }
        let runtime = Handle::current();
        let group = Group::start(move |rows| runtime.block_on(writer.insert(rows)))?;
        Ok(Self {
            group: Arc::new(group),
            server,
        })
    }

    pub(crate) fn caller(&self, samples: &Samples) -> RowCaller {
        RowCaller::new(&self.group, samples)
    }

    /// Which version was measured.
    pub(crate) fn version(&self) -> &str {
        &self.server.version
    }
}

struct Writer {
    client: Client,
    insert: Statement,
    position: i64,
}

impl Writer {
    async fn insert(&mut self, rows: Vec<Row>) -> Outcome<()> {
        let mut positions = Vec::with_capacity(rows.len());
        let mut ids: Vec<Uuid> = Vec::with_capacity(rows.len());
        let mut lines: Vec<String> = Vec::with_capacity(rows.len());
        let (mut tags, mut tag_positions) = (Vec::new(), Vec::new());
        for row in rows {
            self.position += 1;
            positions.push(self.position);
            ids.push(row.id);
            lines.push(String::from_utf8(row.json)?);
            tag_positions.extend(row.tags.iter().map(|_| self.position));
            tags.extend(row.tags);
        }
        self.client
            .execute(
                &self.insert,
                &[&positions, &ids, &lines, &tags, &tag_positions],
            )
            .await?;
        Ok(())
    }
}

/// A server on a Unix socket, stopped and gone when it is dropped.
struct Server {
    programs: PathBuf,
    folder: PathBuf,
    version: String,
}

impl Server {
    fn start(folder: &Path) -> Outcome<Self> {
        let mut server = Self {
            programs: programs()?,
            folder: folder.to_owned(),
            version: String::new(),
        };
        std::fs::create_dir(folder)?;
        if is_root() {
            run(Command::new("chown").arg(USER).arg(folder))?;
        }
        let data = folder.join("data");
        run(server
            .program("initdb")
            .args(["--auth=trust", "--username=bench", "--encoding=UTF8", "-D"])
            .arg(&data))?;
        let options = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c shared_buffers=256MB -c max_wal_size=4GB -c synchronous_commit=on -c fsync=on",
            folder.display()
        );
        run(server
            .program("pg_ctl")
            .args(["start", "-w", "-D"])
            .arg(&data)
            .arg("-l")
            .arg(folder.join("server.log"))
            .arg("-o")
            .arg(options))?;
        let version = server.program("postgres").arg("--version").output()?;
        server.version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
        Ok(server)
    }

    /// One of PostgreSQL's programs, run as a user who may run it.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", USER, "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/");
        command
    }

    async fn connect(&self) -> Outcome<Client> {
        let (client, connection) = tokio_postgres::Config::new()
            .host_path(&self.folder)
            .user("bench")
            .dbname("postgres")
            .connect(NoTls)
            .await?;
        tokio::spawn(connection);
        Ok(client)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = run(self
            .program("pg_ctl")
            .args(["stop", "-w", "-m", "fast", "-D"])
            .arg(self.folder.join("data")));
        if let Err(error) = stopped {
            eprintln!("PostgreSQL did not stop: {error}");
        }
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// The folder of the newest version's programs, as Debian lays them out.
fn programs() -> Outcome<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map_err(|_| "it is not installed (apt package: postgresql)")?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    found.sort();
    found
        .pop()
        .or_missing("initdb is missing (apt package: postgresql)")
}

fn run(command: &mut Command) -> Outcome<()> {
    let began = Instant::now();
    // The server inherits what it is given, so its output must not be waited for.
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if status.success() {
        return Ok(());
    }
    let took = began.elapsed().min(Duration::from_secs(3_600));
    Err(format!("{command:?} ended with {status} after {took:?}").into())
}
