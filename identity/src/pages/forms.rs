//! The forms on the way in: name and password, the second factor, another password.

use super::{Page, escape, field, form};
use crate::oidc;
use crate::password::SHORTEST;

pub(crate) fn sign_in(error: Option<String>, provider: Option<&str>) -> Page {
    let fields = field(
        "name",
        "Anmeldename",
        "autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" maxlength=\"64\"",
        "",
    ) + &password_field("password", "Kennwort", "current-password", "");
    let mut content = form("/anmelden", "", &fields, "Anmelden");
    if let Some(label) = provider {
        content += &format!(
            "<p><a href=\"{}\">Anmelden mit {}</a></p>\n",
            oidc::BEGIN,
            escape(label)
        );
    }
    content += "<p class=\"hint\">Kennwort vergessen? Die Leitung oder der Betrieb gibt Ihnen ein neues erstes Kennwort.</p>";
    Page {
        title: "Anmelden",
        error,
        content,
    }
}

pub(crate) fn code(error: Option<String>, csrf: &str) -> Page {
    Page {
        title: "Zweiter Faktor",
        error,
        content: form(
            "/anmelden/code",
            csrf,
            &code_field("code", "Code"),
            "Weiter",
        ) + &sign_out(csrf),
    }
}

pub(crate) fn new_password(error: Option<String>, csrf: &str) -> Page {
    Page {
        title: "Eigenes Kennwort wählen",
        error,
        content: "<p>Ihr bisheriges Kennwort kennt noch jemand anderes. Wählen Sie jetzt ein eigenes.</p>\n".to_owned()
            + &form("/anmelden/kennwort", csrf, &new_password_fields(), "Kennwort speichern")
            + &sign_out(csrf),
    }
}

pub(super) fn new_password_fields() -> String {
    let hint = format!(
        "Mindestens {SHORTEST} Zeichen, zum Beispiel mehrere Wörter, die nichts miteinander zu tun haben."
    );
    password_field("new", "Neues Kennwort", "new-password", &hint)
        + &password_field("again", "Neues Kennwort noch einmal", "new-password", "")
}

pub(super) fn password_field(name: &str, label: &str, autocomplete: &str, hint: &str) -> String {
    let attributes = format!("type=\"password\" autocomplete=\"{autocomplete}\" maxlength=\"256\"");
    field(name, label, &attributes, hint)
}

/// For a code of the second factor that is on.
pub(super) fn code_field(name: &str, label: &str) -> String {
    let hint = "Sechs Ziffern aus der App, oder einer Ihrer Wiederherstellungscodes.";
    let attributes = "autocomplete=\"one-time-code\" autocapitalize=\"none\" spellcheck=\"false\" maxlength=\"64\"";
    field(name, label, attributes, hint)
}

pub(super) fn sign_out(csrf: &str) -> String {
    form("/abmelden", csrf, "", "Abmelden")
}
