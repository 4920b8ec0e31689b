//! `audit proof`: shows that one event is in the log, in a form that needs nothing of ours to check.

use querschnitt_domain::EventId;
use querschnitt_store::{Log as _, leaf_hash};
use serde_json::json;

use super::signed_head;
use crate::exit::Failure;
use crate::office::Office;
use crate::progress::Progress;

/// Says the proof as JSON: the line, its leaf, the path to the root (RFC 6962) and a checkpoint of
/// that root.
pub(crate) async fn run(
    office: &Office,
    event: EventId,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let log = office.log();
    let Some(position) = log.find_event(event).await? else {
        return Err(Failure::failed(format!(
            "Ein Ereignis {event} steht nicht im Protokoll."
        )));
    };
    // First the checkpoint: its size is the one to prove for.
    let checkpoint = signed_head(office, None).await?;
    let size: u64 = checkpoint
        .lines()
        .nth(1)
        .and_then(|line| line.parse().ok())
        .ok_or_else(|| Failure::failed("Der Prüfpunkt nennt keine Größe."))?;
    let tree = office.tree();
    let path = tree.inclusion(position, size).await?;
    let root = tree.root_at(size).await?;
    let line = log.lines(position - 1, 1).await?.into_iter().next();
    let (Some(path), Some(root), Some(line)) = (path, root, line) else {
        return Err(Failure::failed(format!(
            "Für das Ereignis {event} an Position {position} ließ sich kein Beweis führen."
        )));
    };
    let proof = json!({
        "event": event.to_string(),
        "position": position,
        "line": String::from_utf8_lossy(&line.json),
        "leafIndex": position - 1,
        "leafHash": hex(&leaf_hash(&line.json)),
        "treeSize": size,
        "rootHash": hex(&root),
        "inclusionPath": path.iter().map(|hash| hex(hash)).collect::<Vec<_>>(),
        "checkpoint": checkpoint,
    });
    progress.say(&format!("{proof:#}"));
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
