//! The commands and their arguments, and which part of the program carries each out.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand};

use crate::audit::{self, Audit};
use crate::config::Settings;
use crate::exit::Failure;
use crate::import::table::Kind;
use crate::job::{self, Job};
use crate::{account, demo, import, installation, out, progress, serve, token};

/// The whole command line.
#[derive(Parser, Debug)]
#[command(
    name = "querschnitt",
    version,
    about = "Das Vorgangsbuch eines Kommunalen Integrationszentrums",
    long_about = "Das Vorgangsbuch eines Kommunalen Integrationszentrums: Beratungen, Netzwerke und \
                  Sitzungen als Ereignisse in einem unveränderlichen Protokoll.\n\n\
                  Rückgabewerte: 0 erledigt, 1 fehlgeschlagen, 2 falscher Aufruf oder falsche \
                  Einstellung, 3 das Protokoll ist beschädigt."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Common {
    /// Ordner mit den Daten (Vorgabe: ./data)
    #[arg(long, value_name = "ORDNER", global = true)]
    pub(crate) data: Option<PathBuf>,
    /// TOML-Datei mit Einstellungen
    #[arg(long, value_name = "DATEI", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// Zeigt diese Hilfe
    #[arg(short, long, action = ArgAction::Help, global = true)]
    help: Option<bool>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Startet den Server
    ///
    /// Er hört nur auf Adressen dieses Rechners, solange weder eigenes TLS (tls.certificate, tls.key)
    /// noch ein Proxy mit TLS (trusted_proxy) eingestellt ist; siehe docs/betrieb.md. Ein zweiter Server auf demselben Datenordner wird
    /// abgewiesen.
    Serve(Serve),
    /// Übernimmt, was andere veröffentlichen
    #[command(subcommand)]
    Import(Import),
    /// Prüft und beweist, was im Protokoll steht
    #[command(subcommand)]
    Audit(Audit),
    /// Gibt Tokens für Maschinen aus, nennt und entzieht sie
    #[command(subcommand)]
    Token(token::command::Token),
    /// Legt Konten für Menschen an, sperrt sie und gibt neue erste Kennwörter
    #[command(subcommand)]
    Account(account::Account),
    /// Legt in einem neuen Datenordner eine erfundene Beispielgeschichte an
    ///
    /// Ohne weitere Angaben ein Zentrum und rund zwei Jahre bis gestern. Alle Namen und Texte sind
    /// erfunden. Eine abgebrochene Beispielgeschichte wird mit demselben Befehl fortgesetzt.
    Demo(demo::Demo),
}

#[derive(Subcommand, Debug)]
pub(crate) enum Import {
    /// Gremien und Sitzungen aus einer OParl-Schnittstelle oder aus Dateien
    ///
    /// Gremien werden zu Netzwerken, Sitzungen zu Sitzungen; künftige sind geplant. Derselbe Import
    /// noch einmal trägt nichts doppelt ein: Geändertes wird berichtigt, ein abgebrochener Import
    /// wird fortgesetzt. Läuft der Server, dann trägt er ein.
    Oparl(import::Oparl),
    /// Stellungnahmen aus einer Tabelle (CSV oder XLSX)
    ///
    /// Eine Zeile je Stellungnahme oder je Arbeitsschritt; welche Spalte was bedeutet, sagt eine
    /// Zuordnung. Derselbe Import noch einmal trägt nichts doppelt ein: Geändertes wird berichtigt,
    /// ein abgebrochener Import wird fortgesetzt. Läuft der Server, dann trägt er ein.
    Reviews(import::table::Table),
    /// Beratungen aus einer Tabelle (CSV oder XLSX)
    ///
    /// Eine Zeile je Beratung; sonst wie bei Stellungnahmen.
    Consultations(import::table::Table),
    /// Sitzungen von Gremien aus einer Tabelle (CSV oder XLSX)
    ///
    /// Eine Zeile je Sitzung. Ein Gremium, das noch nicht im Buch steht, wird angelegt. Sonst wie bei
    /// Stellungnahmen.
    Meetings(import::table::Table),
    /// Organisationen aus einer Tabelle (CSV oder XLSX)
    ///
    /// Eine Zeile je Organisation; sonst wie bei Stellungnahmen.
    Organisations(import::table::Table),
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// Adresse und Port (Vorgabe: 127.0.0.1:8080)
    #[arg(long, value_name = "ADRESSE:PORT")]
    pub(crate) listen: Option<String>,
    /// Schaltet GraphiQL und die Schemaabfrage ein (nur für die Entwicklung)
    #[arg(long)]
    pub(crate) development: bool,
    /// Legt eine erfundene Beispielgeschichte an, wenn der Datenordner noch leer ist
    #[arg(long)]
    pub(crate) sample: bool,
}

/// Reads the settings and carries the command out.
pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { common, command } = arguments;
    match command {
        Command::Serve(serve) => {
            let settings = Settings::load(
                &common,
                &[
                    ("listen", serve.listen.clone()),
                    ("development", serve.development.then(|| "true".to_owned())),
                    ("sample", serve.sample.then(|| "true".to_owned())),
                ],
            )?;
            block_on(serve::run(&settings))
        }
        Command::Import(Import::Oparl(wanted)) => {
            let settings = Settings::load(&common, &[])?;
            let job = Job::ImportOparl(wanted.request()?);
            let mut progress = progress::to_caller("Sitzungen");
            block_on(job::hand_in(&settings, &job, progress.as_mut()))
        }
        Command::Import(Import::Reviews(wanted)) => import_table(&common, &wanted, Kind::Reviews),
        Command::Import(Import::Consultations(wanted)) => {
            import_table(&common, &wanted, Kind::Consultations)
        }
        Command::Import(Import::Meetings(wanted)) => import_table(&common, &wanted, Kind::Meetings),
        Command::Import(Import::Organisations(wanted)) => {
            import_table(&common, &wanted, Kind::Organisations)
        }
        Command::Audit(wanted) => audit(&Settings::load(&common, &[])?, &wanted),
        Command::Demo(wanted) => {
            let settings = Settings::load(&common, &[])?;
            let mut progress = progress::to_caller("Tagen");
            block_on(demo::run(&settings, &wanted, progress.as_mut()))
        }
        Command::Account(wanted) => {
            let settings = Settings::load(&common, &[])?;
            let mut progress = progress::to_caller("Ereignisse");
            block_on(job::hand_in(&settings, &wanted.job(), progress.as_mut()))
        }
        Command::Token(wanted) => {
            let settings = Settings::load(&common, &[])?;
            if wanted.needs_a_book() {
                require_log(&settings)?;
            }
            let mut progress = progress::to_caller("Ereignisse");
            block_on(job::hand_in(&settings, &wanted.job(), progress.as_mut()))
        }
    }
}

fn import_table(common: &Common, wanted: &import::table::Table, kind: Kind) -> Result<(), Failure> {
    if let Some(written) = wanted.template(kind)? {
        for line in written {
            out::line(&line);
        }
        return Ok(());
    }
    let settings = Settings::load(common, &[])?;
    let job = Job::ImportTable(wanted.request(kind)?);
    let mut progress = progress::to_caller(kind.plural());
    block_on(job::hand_in(&settings, &job, progress.as_mut()))
}

fn audit(settings: &Settings, wanted: &Audit) -> Result<(), Failure> {
    let (job, unit) = match wanted {
        Audit::Verify(verify) => {
            installation::permitted(job::INTEGRITY)?;
            let mut progress = progress::to_caller("Bytes");
            audit::verify(settings, verify, progress.as_mut())?;
            return block_on(audit::compare_index(settings, progress.as_mut()));
        }
        Audit::Replay(replay) => (Job::Replay(replay.until), "Ereignisse"),
        Audit::Checkpoint(of) => (Job::Checkpoint(of.centre), "Ereignisse"),
        Audit::Proof(proof) => (Job::Proof(proof.event()), "Ereignisse"),
    };
    require_log(settings)?;
    let mut progress = progress::to_caller(unit);
    block_on(job::hand_in(settings, &job, progress.as_mut()))
}

/// What only looks into a book makes none.
fn require_log(settings: &Settings) -> Result<(), Failure> {
    if settings.data.join("log").is_dir() {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "In {} liegt kein Protokoll.",
        settings.data.display()
    )))
}

/// Runs to the end. A thread that still waits for a slow source is not waited for.
fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("Das System gibt keine Threads her: {error}")))?;
    let outcome = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(2));
    outcome
}
