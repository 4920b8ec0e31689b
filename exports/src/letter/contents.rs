//! What a letter says, in the order in which it is read. The template `letter.typ` sees exactly this, as
//! data.

use serde::Serialize;
use time::OffsetDateTime;

/// A letter, ready to be set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Letter {
    /// What makes it another letter than any other; not shown.
    #[serde(skip)]
    pub(super) ident: String,
    /// When what it shows was recorded: the date of the PDF; not shown.
    #[serde(skip)]
    pub(super) recorded_at: OffsetDateTime,
    /// The PNG file of the logo.
    #[serde(skip)]
    pub(super) logo: Option<Vec<u8>>,
    /// Whether it has not gone out.
    pub(super) draft: bool,
    /// The title of the document, which screen readers say first.
    pub(super) title: String,
    pub(super) head: Head,
    /// Name and address in one line above the window.
    pub(super) sender: String,
    pub(super) recipient: Vec<String>,
    /// The information block: label and value.
    pub(super) info: Vec<(&'static str, String)>,
    pub(super) subject: String,
    pub(super) opening: String,
    /// Sentences about versions and what comes next.
    pub(super) notes: Vec<String>,
    /// The project: label and value.
    pub(super) project: Vec<(&'static str, String)>,
    pub(super) outcome: &'static str,
    /// The statement: paragraphs of lines.
    pub(super) text: Vec<Vec<String>>,
    /// Criterion and score.
    pub(super) scores: Vec<(&'static str, String)>,
    pub(super) signature: Option<Signature>,
}

/// The head of the letter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct Head {
    pub(super) authority: String,
    pub(super) office: String,
    /// What the logo shows, if there is one.
    pub(super) logo: Option<String>,
}

/// Who signed, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct Signature {
    pub(super) function: String,
    pub(super) note: String,
}
