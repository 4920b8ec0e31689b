//! The local socket (`DATA/run/querschnitt.sock`): through it the command line hands work to the
//! running server. Only the same user may use it.
//!
//! One job per connection: a line of JSON with the job, then lines of JSON with its progress and
//! its outcome. A caller who hangs up ends the job.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;

use crate::exit::{Exit, Failure};
use crate::job::{self, Job};
use crate::office::Office;
use crate::progress::Progress;

/// The longest line either side takes, in bytes.
const LINE_BYTES: u64 = 1024 * 1024;
/// The longest path a socket takes on Linux, with some room.
const PATH_BYTES: usize = 100;

/// What the server answers, one per line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Total(u64),
    Done(u64),
    Say(String),
    Note(String),
    Finished,
    Failed { exit: Exit, message: String },
}

/// The socket's path, and what must stay open while it is used.
struct Place {
    path: PathBuf,
    _folder: Option<File>,
}

impl Place {
    /// A path too long for a socket is reached through its open folder.
    fn of(data: &Path) -> io::Result<Self> {
        let folder = data.join("run");
        let path = folder.join("querschnitt.sock");
        if path.as_os_str().len() <= PATH_BYTES {
            return Ok(Self {
                path,
                _folder: None,
            });
        }
        let folder = File::open(folder)?;
        let path = PathBuf::from(format!(
            "/proc/self/fd/{}/querschnitt.sock",
            folder.as_raw_fd()
        ));
        Ok(Self {
            path,
            _folder: Some(folder),
        })
    }
}

/// Listens for jobs. Call it only while holding the log, so that a socket left behind by a server
/// that was killed is known to be stale.
pub(crate) fn listen(data: &Path) -> io::Result<Listener> {
    let folder = data.join("run");
    if !folder.try_exists()? {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)?;
    }
    fs::set_permissions(&folder, Permissions::from_mode(0o700))?;
    let owner = fs::metadata(&folder)?.uid();
    let place = Place::of(data)?;
    match fs::remove_file(&place.path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let listener = UnixListener::bind(&place.path)?;
    fs::set_permissions(&place.path, Permissions::from_mode(0o600))?;
    Ok(Listener {
        listener,
        owner,
        place,
    })
}

/// The server's end.
pub(crate) struct Listener {
    listener: UnixListener,
    owner: u32,
    place: Place,
}

impl Listener {
    /// Serves callers until the future is dropped.
    pub(crate) async fn serve(self, office: Arc<Office>) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let same_user = stream
                        .peer_cred()
                        .is_ok_and(|peer| peer.uid() == self.owner);
                    if same_user {
                        tokio::spawn(answer(stream, Arc::clone(&office)));
                    } else {
                        tracing::warn!("refused another user on the local socket");
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "the local socket does not accept");
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                }
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        fs::remove_file(&self.place.path).ok();
    }
}

async fn answer(stream: UnixStream, office: Arc<Office>) {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read.take(LINE_BYTES));
    let mut line = String::new();
    if read.read_line(&mut line).await.is_err() {
        return;
    }
    let (sender, mut answers) = mpsc::unbounded_channel();
    let job = tokio::spawn(async move {
        let outcome = match serde_json::from_str::<Job>(&line) {
            Ok(job) => job::carry_out(&office, &job, &mut Remote(sender.clone())).await,
            Err(error) => Err(Failure::usage(format!(
                "Der laufende Server versteht diesen Auftrag nicht ({error}); haben Server und Befehl dieselbe Version?"
            ))),
        };
        let last = match outcome {
            Ok(()) => Answer::Finished,
            Err(Failure { exit, message }) => Answer::Failed { exit, message },
        };
        sender.send(last).ok();
    });
    let mut nothing = [0; 1];
    loop {
        let answer = tokio::select! {
            answer = answers.recv() => answer,
            // The caller sends nothing after its job: this ends when it hangs up.
            _ = read.read(&mut nothing) => None,
        };
        let Some(answer) = answer else { break };
        let mut line = serde_json::to_vec(&answer).unwrap_or_default();
        line.push(b'\n');
        if write.write_all(&line).await.is_err() {
            break;
        }
    }
    job.abort();
}

/// Sends progress to the caller.
struct Remote(mpsc::UnboundedSender<Answer>);

impl Remote {
    fn send(&self, answer: Answer) {
        // Without a caller the job is ended anyway.
        self.0.send(answer).ok();
    }
}

impl Progress for Remote {
    fn total(&mut self, total: u64) {
        self.send(Answer::Total(total));
    }

    fn done(&mut self, done: u64) {
        self.send(Answer::Done(done));
    }

    fn say(&mut self, line: &str) {
        self.send(Answer::Say(line.to_owned()));
    }

    fn note(&mut self, line: &str) {
        self.send(Answer::Note(line.to_owned()));
    }
}

/// Calls the running server; `None` when there is none.
pub(crate) async fn call(data: &Path) -> Result<Option<Server>, Failure> {
    let place = match Place::of(data) {
        Ok(place) => place,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreachable(&error)),
    };
    match UnixStream::connect(&place.path).await {
        Ok(stream) => Ok(Some(Server(stream))),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(unreachable(&error)),
    }
}

fn unreachable(error: &io::Error) -> Failure {
    Failure::failed(format!(
        "Der laufende Server ist über den lokalen Socket nicht erreichbar: {error}"
    ))
}

/// A connection to the running server.
pub(crate) struct Server(UnixStream);

impl Server {
    /// Has the server carry out a job.
    pub(crate) async fn carry_out(
        self,
        job: &Job,
        progress: &mut dyn Progress,
    ) -> Result<(), Failure> {
        let lost = || {
            Failure::failed(
                "Die Verbindung zum laufenden Server ist abgebrochen. Der Auftrag kann einfach noch einmal gegeben werden: was schon eingetragen ist, wird nicht doppelt eingetragen.",
            )
        };
        let (read, mut write) = self.0.into_split();
        let mut line =
            serde_json::to_vec(job).map_err(|error| Failure::failed(error.to_string()))?;
        line.push(b'\n');
        write.write_all(&line).await.map_err(|_| lost())?;
        let mut read = BufReader::new(read);
        let mut line = String::new();
        loop {
            line.clear();
            if read.read_line(&mut line).await.map_err(|_| lost())? == 0 {
                return Err(lost());
            }
            match serde_json::from_str(&line).map_err(|_| lost())? {
                Answer::Total(total) => progress.total(total),
                Answer::Done(done) => progress.done(done),
                Answer::Say(line) => progress.say(&line),
                Answer::Note(line) => progress.note(&line),
                Answer::Finished => return Ok(()),
                Answer::Failed { exit, message } => return Err(Failure { exit, message }),
            }
        }
    }
}
