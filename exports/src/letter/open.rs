//! From what the log says to what the letter says: the texts are opened and put into German.
//!
//! What goes out is the request, the Votum, the signed text and the scores. Notes, the notes beside the
//! scores, advice, questions, steps, conflicts of interest and accounts are the office's own and stay in
//! the book.

use querschnitt_domain::review::outcome::is_interim;
use querschnitt_domain::values::ReviewRequester;
use querschnitt_domain::{Centre, Commitment, LetterheadId, RecordId, Role, may};
use querschnitt_store::{Vault, VaultError};
use time::OffsetDateTime;

use super::contents::{Head, Letter, Signature};
use super::german::{day, euros};
use super::sealed::Sealed;

/// Why there is no letter.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// A text it needs was erased.
    #[error("a text of the letter is not in the vault any more")]
    Erased,
    /// A text it needs could not be read.
    #[error("a text of the letter can't be read")]
    Vault(#[from] VaultError),
    /// It could not be set; what the typesetter says.
    #[error("the letter can't be set: {0}")]
    Typesetting(String),
}

/// Whether a letter can show this logo: its pixels must be readable.
///
/// # Errors
/// [`LetterError::Typesetting`].
pub fn check_logo(png: &[u8]) -> Result<(), LetterError> {
    let empty = Letter {
        ident: "logo".to_owned(),
        recorded_at: OffsetDateTime::UNIX_EPOCH,
        logo: Some(png.to_vec()),
        draft: true,
        title: "Logo".to_owned(),
        head: Head {
            authority: "Logo".to_owned(),
            office: "Logo".to_owned(),
            logo: Some("Logo".to_owned()),
        },
        sender: String::new(),
        recipient: Vec::new(),
        info: Vec::new(),
        subject: "Logo".to_owned(),
        opening: String::new(),
        notes: Vec::new(),
        project: Vec::new(),
        outcome: "Logo",
        text: Vec::new(),
        scores: Vec::new(),
        signature: None,
    };
    empty.render().map(|_| ())
}

struct Words<'a>(&'a Vault);

impl Words<'_> {
    fn text(
        &self,
        of: RecordId,
        sealed: Option<Commitment>,
    ) -> Result<Option<String>, LetterError> {
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let text = self.0.text(of, &sealed)?.ok_or(LetterError::Erased)?;
        Ok(Some(text.as_str().to_owned()))
    }
}

impl Sealed {
    /// Opens the texts. Reads from the disk.
    ///
    /// # Errors
    /// [`LetterError::Erased`] when a text it needs is gone, [`LetterError::Vault`] when one can't be
    /// read.
    pub fn open(&self, vault: &Vault) -> Result<Letter, LetterError> {
        let words = Words(vault);
        let row = &self.review;
        let own = row.id.record();
        let title = words.text(own, Some(row.facts.title))?.unwrap_or_default();
        let applicant = match self.applicant {
            Some((id, name)) => words.text(id.record(), Some(name))?,
            None => words.text(own, row.facts.applicant_name)?,
        };
        let recipient = match row.details.draft.as_ref().and_then(|draft| draft.recipient) {
            Some(sealed) => lines(&words.text(own, Some(sealed))?.unwrap_or_default()),
            None => vec![self.unnamed_recipient(applicant.as_deref())],
        };
        let around = self.around(&words)?;
        let mut info = vec![];
        info.extend(
            words
                .text(own, row.facts.reference)?
                .map(|reference| ("Ihr Zeichen", reference)),
        );
        info.push(("Ihre Anfrage vom", day(row.received_on)));
        info.push(("Unser Zeichen", self.own_reference()));
        info.extend(around.contact.clone());
        let date = self.issued_on.map_or("Entwurf".to_owned(), day);
        info.push(("Datum", date));
        let subject = format!("Stellungnahme zum Projektvorhaben „{title}“");
        Ok(Letter {
            ident: format!(
                "querschnitt:{}:{}",
                row.id,
                self.recorded_at.unix_timestamp_nanos()
            ),
            recorded_at: self.recorded_at,
            logo: around.logo.as_ref().map(|(content, _)| content.clone()),
            draft: self.issued_on.is_none(),
            title: match self.issued_on {
                Some(on) => format!("{subject} vom {}", day(on)),
                None => format!("Entwurf: {subject}"),
            },
            sender: around.sender(),
            signature: self.signature(around.head_function),
            head: Head {
                authority: around.authority,
                office: around.office,
                logo: around.logo.map(|(_, description)| description),
            },
            recipient,
            info,
            subject,
            opening: format!(
                "Am {} wurden wir um eine Stellungnahme zu dem folgenden Projektvorhaben gebeten.",
                day(row.received_on)
            ),
            notes: self.notes(),
            project: self.project(title, applicant),
            outcome: self.outcome.label(),
            text: paragraphs(&words.text(own, self.text)?.unwrap_or_default()),
            scores: self.scores(),
        })
    }

    /// The kind of whoever asked, where no address was given.
    fn unnamed_recipient(&self, applicant: Option<&str>) -> String {
        let requester = self.review.facts.requester;
        let itself = ReviewRequester::parse("APPLICANT").is_ok_and(|itself| itself == requester);
        match applicant.filter(|_| itself) {
            Some(applicant) => applicant.to_owned(),
            None => requester.label().to_owned(),
        }
    }

    /// Short, and different for each review: the random end of its id.
    fn own_reference(&self) -> String {
        let id = self.review.id.0.simple().to_string();
        let end = id.get(id.len() - 8..).unwrap_or_default().to_uppercase();
        format!("KI-{}-{end}", self.review.centre)
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.edition > 1 {
            notes.push(match self.replaces {
                Some(on) => format!(
                    "Dies ist die {}. Fassung; sie ersetzt die Stellungnahme vom {}.",
                    self.edition,
                    day(on)
                ),
                None => format!("Dies ist die {}. Fassung.", self.edition),
            });
        }
        if is_interim(self.outcome) {
            notes.push(
                "Diese Stellungnahme ist vorläufig: Nach der Überarbeitung nehmen wir erneut Stellung."
                    .to_owned(),
            );
        }
        notes
    }

    fn project(&self, title: String, applicant: Option<String>) -> Vec<(&'static str, String)> {
        let facts = &self.review.facts;
        let kind = facts.applicant_type.label().to_owned();
        let mut project = vec![("Projekt", title)];
        project.extend(applicant.map(|name| ("Antragsteller", name)));
        project.push(("Art des Antragstellers", kind));
        let programme = facts.programme.map(|it| it.label().to_owned());
        project.extend(programme.map(|it| ("Förderprogramm", it)));
        let requested = facts.requested_cents.map(euros);
        project.extend(requested.map(|it| ("Beantragter Betrag", it)));
        project
    }

    fn scores(&self) -> Vec<(&'static str, String)> {
        let scores = self.review.details.scores.iter();
        scores
            .map(|score| {
                let points = score.score.map_or_else(
                    || "trifft nicht zu".to_owned(),
                    |points| format!("{points} von 4"),
                );
                (score.criterion.label(), points)
            })
            .collect()
    }

    fn signature(&self, head_function: Option<String>) -> Option<Signature> {
        let (role, on) = self.signed?;
        let function = match role {
            Role::KiHead => head_function
                .unwrap_or_else(|| "Leitung des Kommunalen Integrationszentrums".to_owned()),
            other => format!("{}, in Vertretung der Leitung", may::label(other)),
        };
        let note = format!(
            "Elektronisch gezeichnet am {} nach dem Vier-Augen-Prinzip.",
            day(on)
        );
        Some(Signature { function, note })
    }

    /// The letterhead: what the centre set, else its reference data.
    fn around(&self, words: &Words<'_>) -> Result<Around, LetterError> {
        let facts = &self.letterhead;
        let centre = self.review.centre;
        let own = LetterheadId::of(centre).record();
        let (authority, office) = names(centre.centre());
        let logo = match &facts.logo {
            None => None,
            Some(logo) => {
                let content = words
                    .0
                    .file(own, &logo.content)?
                    .ok_or(LetterError::Erased)?;
                let description = words.text(own, Some(logo.description))?;
                Some((content.bytes().to_vec(), description.unwrap_or_default()))
            }
        };
        let contact = [
            ("Telefon", facts.phone),
            ("E-Mail", facts.email),
            ("Internet", facts.web),
        ];
        let mut known = Vec::new();
        for (label, sealed) in contact {
            known.extend(words.text(own, sealed)?.map(|value| (label, value)));
        }
        Ok(Around {
            authority: words.text(own, facts.authority)?.unwrap_or(authority),
            office: words.text(own, facts.office)?.unwrap_or(office),
            address: lines(&words.text(own, facts.address)?.unwrap_or_default()),
            contact: known,
            head_function: words.text(own, facts.head_function)?,
            logo,
        })
    }
}

struct Around {
    authority: String,
    office: String,
    address: Vec<String>,
    contact: Vec<(&'static str, String)>,
    head_function: Option<String>,
    logo: Option<(Vec<u8>, String)>,
}

impl Around {
    fn sender(&self) -> String {
        // Where the line is too long, it breaks between parts and not in the postcode.
        let address = self.address.iter().map(|line| line.replace(' ', "\u{A0}"));
        let parts: Vec<String> = std::iter::once(self.office.clone())
            .chain(address)
            .collect();
        parts.join(" · ")
    }
}

/// The names of the authority and the office, from the reference data.
fn names(centre: &Centre) -> (String, String) {
    let place = centre.name.trim_end_matches(", Stadt");
    let is_city = centre.kind.contains("Stadt");
    let says_what_it_is = ["kreis", "region"]
        .iter()
        .any(|word| place.to_lowercase().contains(word));
    let authority = match (is_city, says_what_it_is) {
        (true, _) => format!("Stadt {place}"),
        (false, true) => place.to_owned(),
        (false, false) => format!("Kreis {place}"),
    };
    let of = if is_city { place } else { &authority };
    let office = format!("Kommunales Integrationszentrum {of}");
    (authority, office)
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Paragraphs are parted by empty lines.
fn paragraphs(text: &str) -> Vec<Vec<String>> {
    let mut found = vec![Vec::new()];
    for line in text.lines() {
        if line.trim().is_empty() {
            found.push(Vec::new());
        } else if let Some(last) = found.last_mut() {
            last.push(line.trim_end().to_owned());
        }
    }
    found.retain(|paragraph| !paragraph.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use querschnitt_domain::CENTRES;

    use super::*;

    #[test]
    fn every_centre_has_names() {
        let of = |key: &str| {
            let centre = CENTRES.iter().find(|centre| centre.ags == key).unwrap();
            names(centre)
        };
        let office = |of: &str| format!("Kommunales Integrationszentrum {of}");
        for (key, authority, place) in [
            ("05711", "Stadt Bielefeld", "Bielefeld"),
            ("05754", "Kreis Gütersloh", "Kreis Gütersloh"),
            ("05362", "Rhein-Erft-Kreis", "Rhein-Erft-Kreis"),
            ("05162", "Rhein-Kreis Neuss", "Rhein-Kreis Neuss"),
            ("05962", "Märkischer Kreis", "Märkischer Kreis"),
            ("05334", "Städteregion Aachen", "Städteregion Aachen"),
            ("05334002", "Stadt Aachen", "Aachen"),
        ] {
            assert_eq!(of(key), (authority.to_owned(), office(place)));
        }
    }

    #[test]
    fn empty_lines_part_paragraphs() {
        assert_eq!(
            paragraphs("Eins\nzwei\n\n \nDrei\r\n"),
            [vec!["Eins", "zwei"], vec!["Drei"]]
        );
        assert_eq!(paragraphs(""), Vec::<Vec<String>>::new());
    }
}
