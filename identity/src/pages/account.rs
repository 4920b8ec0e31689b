//! The pages of an account: its role, its password, its second factor, its sessions.

use querschnitt_domain::may;
use zeroize::Zeroizing;

use super::forms::{code_field, new_password_fields, password_field, sign_out};
use super::{Page, escape, field, form};
use crate::directory::{Choice, NotRecorded, Notice};
use crate::own::Offer;

const NO_ROLE: &str = "<p>Ihr Konto hat zurzeit keine Rolle; die Leitung vergibt Rollen.</p>\n";

/// What the page of an account shows.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) csrf: String,
    pub(crate) acting: Option<Choice>,
    /// What the role has to be shown unasked.
    pub(crate) notices: Result<Vec<Notice>, NotRecorded>,
    /// How many roles there are to choose from.
    pub(crate) choices: usize,
    /// Of an account that signs in here: whether it has a second factor, and how many recovery codes are left.
    pub(crate) local: Option<Local>,
    /// Other sessions of this account.
    pub(crate) others: usize,
    /// What was done.
    pub(crate) done: Option<&'static str>,
}

/// See [`Account::local`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Local {
    pub(crate) recovery: Option<usize>,
}

pub(crate) fn account(error: Option<String>, shown: &Account) -> Page {
    let csrf = &shown.csrf;
    let mut content = String::new();
    if let Some(done) = shown.done {
        content += &format!("<p class=\"done\" role=\"status\">{done}</p>\n");
    }
    content += &format!(
        "<p>Angemeldet: <strong>{}</strong></p>\n",
        escape(&shown.name)
    );
    content += &match &shown.acting {
        Some(acting) => format!("<p>Rolle: <strong>{}</strong></p>\n", choice_text(acting)),
        None if shown.choices > 0 => {
            "<p>Die gewählte Rolle gilt nicht mehr; bitte wählen Sie eine andere.</p>\n".to_owned()
        }
        None => NO_ROLE.to_owned(),
    };
    if shown.choices > usize::from(shown.acting.is_some()) {
        content += "<p><a href=\"/rolle\">Andere Rolle wählen</a></p>\n";
    }
    content += &notices_part(&shown.notices);
    content += &sign_out(csrf);
    if let Some(local) = shown.local {
        content += &format!(
            "<h2>Kennwort ändern</h2>\n{}",
            form(
                "/konto/kennwort",
                csrf,
                &(password_field("old", "Bisheriges Kennwort", "current-password", "")
                    + &new_password_fields()),
                "Kennwort ändern",
            )
        );
        content += &second_factor_part(csrf, local);
    }
    if shown.others > 0 {
        content += &format!(
            "<h2>Andere Sitzungen</h2>\n<p>Sie sind noch in {} anderen Browsern oder Fenstern angemeldet.</p>\n{}",
            shown.others,
            form("/konto/sitzungen", csrf, "", "Andere Sitzungen beenden")
        );
    }
    Page {
        title: "Konto",
        error,
        content,
    }
}

/// Break-glass of the last days, for the data-protection officer.
fn notices_part(notices: &Result<Vec<Notice>, NotRecorded>) -> String {
    const HEADING: &str = "<h2>Notzugriffe der letzten 30 Tage</h2>\n";
    let notices = match notices {
        Ok(notices) if notices.is_empty() => return String::new(),
        Ok(notices) => notices,
        Err(NotRecorded) => {
            return format!(
                "{HEADING}<p class=\"error\" role=\"alert\">Zurzeit lässt sich nicht protokollieren, wer etwas liest; deshalb wird hier nichts gezeigt. Bitte in einigen Minuten noch einmal versuchen.</p>\n"
            );
        }
    };
    let item = |notice: &Notice| {
        format!(
            "<li>{}, {}<br>Grund: {}</li>\n",
            escape(&notice.who),
            escape(&notice.when),
            escape(&notice.why)
        )
    };
    let items: String = notices.iter().map(item).collect();
    format!("{HEADING}<ul>\n{items}</ul>\n")
}

fn second_factor_part(csrf: &str, local: Local) -> String {
    let heading = "<h2>Zweiter Faktor</h2>\n";
    match local.recovery {
        None => format!(
            "{heading}<p>Aus. Mit einem zweiten Faktor nützt ein gestohlenes Kennwort allein nichts.</p>\n\
             <p><a href=\"/konto/zweiter-faktor\">Einschalten</a></p>\n"
        ),
        Some(left) => {
            let fields = password_field("off-password", "Kennwort", "current-password", "")
                + &code_field("off-code", "Code");
            let off = form(
                "/konto/zweiter-faktor/aus",
                csrf,
                &fields,
                "Zweiten Faktor ausschalten",
            );
            format!(
                "{heading}<p>An. Übrige Wiederherstellungscodes: {left}.</p>\n\
                 <p><a href=\"/konto/zweiter-faktor\">Neu einrichten, mit neuen Codes</a></p>\n{off}"
            )
        }
    }
}

/// `is_on`: in the place of one that is on, whose code is asked for then.
pub(crate) fn second_factor(error: Option<String>, csrf: &str, offer: &Offer, is_on: bool) -> Page {
    let groups: Vec<&str> = offer
        .secret
        .as_bytes()
        .chunks(4)
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    let code = "inputmode=\"numeric\" autocomplete=\"one-time-code\" maxlength=\"16\"";
    let (label, current) = match is_on {
        true => (
            "Code aus der App mit dem neuen Schlüssel",
            code_field("current", "Code des bisherigen zweiten Faktors"),
        ),
        false => ("Code aus der App", String::new()),
    };
    let fields = format!(
        "<input type=\"hidden\" name=\"offer\" value=\"{}\">\n",
        escape(&offer.sealed)
    ) + &field("code", label, code, "Sechs Ziffern.")
        + &current
        + &password_field("password", "Kennwort", "current-password", "");
    let content = format!(
        "<p>Eine Authentifizierungs-App (TOTP) erzeugt alle 30 Sekunden einen Code. Tragen Sie diesen Schlüssel in die App ein:</p>\n\
         <p class=\"secret\"><code>{}</code></p>\n\
         <p>Auf dem Gerät mit der App geht es auch so: <a href=\"{}\">In der App öffnen</a>.</p>\n{}\
         <p><a href=\"/konto\">Zurück zum Konto</a></p>",
        escape(&groups.join(" ")),
        escape(&offer.uri),
        form("/konto/zweiter-faktor", csrf, &fields, "Einschalten")
    );
    Page {
        title: "Zweiten Faktor einschalten",
        error,
        content,
    }
}

pub(crate) fn recovery_codes(codes: &[Zeroizing<String>]) -> Page {
    let list: String = codes
        .iter()
        .map(|code| format!("<li><code>{}</code></li>\n", escape(code)))
        .collect();
    Page {
        title: "Wiederherstellungscodes",
        error: None,
        content: format!(
            "<p>Der zweite Faktor ist an. Jeder dieser Codes gilt einmal statt eines Codes aus der App, etwa wenn das Gerät \
             verloren geht. Sie werden nur jetzt angezeigt: bitte ausdrucken oder sicher aufbewahren.</p>\n\
             <ol class=\"codes\">\n{list}</ol>\n<p><a href=\"/konto\">Zum Konto</a></p>"
        ),
    }
}

pub(crate) fn choose_role(csrf: &str, choices: &[Choice], acting: Option<&Choice>) -> Page {
    let options: String = choices
        .iter()
        .enumerate()
        .map(|(at, choice)| {
            let checked = match acting.is_some_and(|acting| acting == choice) {
                true => " checked",
                false => "",
            };
            format!(
                "<p class=\"choice\"><input type=\"radio\" name=\"grant\" id=\"grant-{at}\" value=\"{}\" required{checked}> \
                 <label for=\"grant-{at}\">{}</label></p>\n",
                choice.grant,
                choice_text(choice)
            )
        })
        .collect();
    let fields = format!(
        "<fieldset>\n<legend>In welcher Rolle arbeiten Sie?</legend>\n{options}</fieldset>\n"
    );
    let content = match choices {
        [] => NO_ROLE.to_owned(),
        _ => form("/rolle", csrf, &fields, "Rolle wählen"),
    };
    Page {
        title: "Rolle wählen",
        error: None,
        content: content + "<p><a href=\"/konto\">Zum Konto</a></p>",
    }
}

fn choice_text(choice: &Choice) -> String {
    let deputy = match choice.deputy_for {
        Some(_) => ", in Vertretung",
        None => "",
    };
    let centre = choice.centre.centre().name;
    format!("{}, {}{deputy}", may::label(choice.role), escape(centre))
}
