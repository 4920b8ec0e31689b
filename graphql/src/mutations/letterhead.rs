//! What an office does with its letterhead.

use async_graphql::{Context, Error, ID, InputObject, MaybeUndefined, Object};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use querschnitt_domain::letterhead::{LogoInput, SetLetterhead};
use querschnitt_domain::may::RecordClass;
use querschnitt_domain::{Change, FileContent, Rejection, RejectionCode, Text, check};
use querschnitt_exports::letter::check_logo;
use uuid::Uuid;

use super::carry_out;
use crate::input;
use crate::objects::Letterhead;
use crate::services::viewer;

payload! {
    /// What a mutation of a letterhead gives back.
    LetterheadPayload {
        /// The letterhead as it stands now; null when there are errors.
        letterhead: Letterhead
    }
}

/// A logo: a PNG file.
#[derive(InputObject)]
#[graphql(name = "LogoInput")]
struct LogoFields {
    /// The PNG file in Base64: at most 131072 bytes and 2400 × 2400 pixels.
    content: String,
    /// What it shows, for those who can't see it; one line of at most 300 characters.
    description: String,
}

impl LogoFields {
    fn resolve(&self) -> Result<LogoInput, Rejection> {
        let refused =
            |message: String| Rejection::field(RejectionCode::Malformed, "logo.content", message);
        let bytes = STANDARD.decode(&self.content).map_err(|_| {
            refused("Das ist kein Base64; senden Sie den Inhalt der PNG-Datei so.".to_owned())
        })?;
        Ok(LogoInput {
            content: FileContent::new(bytes)
                .map_err(|error| refused(format!("Die Datei {error}.")))?,
            description: check::line("logo.description", &self.description, Text::NAME)?,
        })
    }
}

/// Sets the letterhead of a centre. A field that is absent stays, one that is null is cleared.
#[derive(InputObject)]
struct SetLetterheadInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The key of the centre.
    centre: ID,
    /// The authority as it calls itself („Stadt Bielefeld · Der Oberbürgermeister“), at most 100 characters.
    authority: MaybeUndefined<String>,
    /// The name of the office, at most 100 characters.
    office: MaybeUndefined<String>,
    /// Its postal address, at most 4 lines of 50 characters.
    address: MaybeUndefined<String>,
    /// Its telephone number, at most 40 characters.
    phone: MaybeUndefined<String>,
    /// Its e-mail address, at most 100 characters.
    email: MaybeUndefined<String>,
    /// Its web address, at most 100 characters.
    web: MaybeUndefined<String>,
    /// What stands under the signature of the head („Leiterin“), at most 100 characters.
    head_function: MaybeUndefined<String>,
    /// The logo.
    logo: MaybeUndefined<LogoFields>,
    /// The version the client read.
    expected_version: Option<i32>,
}

impl SetLetterheadInput {
    /// `may_write`: only for those who may set it at all the logo is tried out.
    fn decision(&self, may_write: bool) -> Result<SetLetterhead, Rejection> {
        let line = |field, value| input::change_line(field, value, Text::NAME);
        let decision = SetLetterhead {
            centre: input::centre("centre", &self.centre)?,
            expected_version: input::version(self.expected_version)?,
            authority: line("authority", &self.authority)?,
            office: line("office", &self.office)?,
            address: input::change_text("address", &self.address)?,
            phone: line("phone", &self.phone)?,
            email: line("email", &self.email)?,
            web: line("web", &self.web)?,
            head_function: line("headFunction", &self.head_function)?,
            logo: input::change(&self.logo, LogoFields::resolve)?,
        };
        if may_write && let Change::Set(logo) = &decision.logo {
            try_out(logo)?;
        }
        Ok(decision)
    }
}

/// The header of the file was read; whether there is a picture behind it shows when it is printed.
fn try_out(logo: &LogoInput) -> Result<(), Rejection> {
    logo.check()?;
    tokio::task::block_in_place(|| check_logo(logo.content.bytes())).map_err(|error| {
        tracing::info!(%error, "a logo can't be printed");
        Rejection::field(
            RejectionCode::Malformed,
            "logo.content",
            "Diese PNG-Datei ist beschädigt und lässt sich nicht drucken; speichern Sie das Logo neu.",
        )
    })
}

/// Mutations of letterheads.
#[derive(Default)]
pub(crate) struct LetterheadMutations;

#[Object]
impl LetterheadMutations {
    /// Briefkopf festlegen. Letters that have gone out keep the one they had.
    async fn set_letterhead(
        &self,
        context: &Context<'_>,
        input: SetLetterheadInput,
    ) -> Result<LetterheadPayload, Error> {
        let role = viewer(context)?.actor.role;
        let may_write = RecordClass::Letterhead.writers().contains(&role);
        carry_out(context, input.command_id, None, input.decision(may_write)).await
    }
}
