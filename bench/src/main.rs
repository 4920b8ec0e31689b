//! Measures Querschnitt beside its peers and writes `docs/benchmarks.md`.

mod append;
mod boards;
mod book;
mod group;
mod history;
mod http;
mod invent;
mod load;
mod outcome;
mod plan;
mod random;
mod ready;
mod replay;
mod report;
mod reviews;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use outcome::Outcome;
use plan::Plan;
use report::Report;

/// Measures Querschnitt beside its peers.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Option<Role>,
    /// Small sizes and short times: a quick look, less precise.
    #[arg(long)]
    quick: bool,
    /// Only these parts; the page is then printed and not written.
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// Where the measured files lie. It has to be on a real disk.
    #[arg(long, default_value = "/var/tmp")]
    folder: PathBuf,
    /// A data folder with the history of an earlier run with this option, or where to leave one.
    /// What is recorded while measuring stays in it, so its figures are for comparing changes only.
    #[arg(long)]
    book: Option<PathBuf>,
    /// Only questions over HTTP whose name contains this.
    #[arg(long)]
    question: Option<String>,
}

/// What this program is when it has started itself.
#[derive(Subcommand)]
enum Role {
    /// Opens a data folder, catches up, and prints how long that took and how much memory it holds.
    Ready {
        /// The data folder.
        folder: PathBuf,
    },
    /// Serves constants.
    Constant(http::constant::Sizes),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Append,
    Replay,
    Http,
    Access,
    Policy,
    Boards,
    Invent,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments = Arguments::parse();
    match &arguments.role {
        Some(Role::Ready { folder }) => return ready::start(folder).await,
        Some(Role::Constant(sizes)) => return http::constant::serve(*sizes).await,
        None => {}
    }
    let plan = if arguments.quick {
        Plan::quick()
    } else {
        Plan::full()
    };
    let wanted = |part| arguments.only.is_empty() || arguments.only.contains(&part);
    let mut report = Report::new();
    if wanted(Part::Append) {
        let root = scratch(&arguments)?;
        append::measure(&plan, root.path(), &mut report).await?;
    }
    let on_a_book = [Part::Replay, Part::Http, Part::Access, Part::Policy];
    if on_a_book.into_iter().any(wanted) {
        let root = scratch(&arguments)?;
        let folder = match &arguments.book {
            Some(folder) => folder.clone(),
            None => root.path().join("data"),
        };
        let book = book::Book::write(&folder, &plan, &report).await?;
        if wanted(Part::Replay) {
            replay::measure(&plan, &book, &mut report).await?;
            ready::measure(&plan, &book, &mut report)?;
        }
        if wanted(Part::Http) {
            let asked = arguments.question.as_deref().unwrap_or_default();
            http::measure(&plan, &book, asked, &mut report).await?;
        }
        if wanted(Part::Access) {
            http::access::measure(&plan, &book, &mut report).await?;
        }
        if wanted(Part::Policy) {
            http::policy::measure(&plan, &book, &mut report).await?;
        }
    }
    if wanted(Part::Boards) {
        let root = scratch(&arguments)?;
        boards::measure(&plan, &root.path().join("data"), &mut report).await?;
    }
    if wanted(Part::Invent) {
        let root = scratch(&arguments)?;
        invent::measure(&plan, root.path(), &mut report).await?;
    }
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if arguments.only.is_empty() && arguments.book.is_none() {
        return report.write(
            &plan,
            &here.join("why.md"),
            &here.join("../docs/benchmarks.md"),
        );
    }
    println!("{}", report.page(&plan, ""));
    Ok(())
}

/// A folder that is gone when the run ends. PostgreSQL's user has to get through it.
fn scratch(arguments: &Arguments) -> Outcome<tempfile::TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::Builder::new()
        .prefix("querschnitt-bench-")
        .tempdir_in(&arguments.folder)?;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}
