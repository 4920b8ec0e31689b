//! The pages of signing in: German, accessible, without scripts.
//!
//! Written with `format!` and one function that escapes: ten small forms do not need a template language, and what
//! they hold of others' texts is a name, a few words of ours and a secret.

mod account;
mod forms;
mod provider;

pub(crate) use account::{Account, Local, account, choose_role, recovery_codes, second_factor};
pub(crate) use forms::{code, new_password, sign_in};
pub(crate) use provider::{signed_out, stopped};

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// What stands in a page besides our own words comes through here.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A page: its title, what went wrong, and what stands in it.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) title: &'static str,
    /// A sentence of ours.
    pub(crate) error: Option<String>,
    /// HTML; everything of others in it is escaped.
    pub(crate) content: String,
}

/// No script, no picture, no frame, forms to ourselves only.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

impl Page {
    /// The field of this name is what the error is about: the error is read with it, and one goes on there.
    pub(crate) fn about(mut self, name: &str) -> Self {
        let plain = format!("<input id=\"{name}\" name=\"{name}\" required");
        let hinted = format!("{plain} aria-describedby=\"");
        let focus = match self.content.contains(" autofocus") {
            true => "",
            false => " autofocus",
        };
        let marked = format!("{plain} aria-invalid=\"true\"{focus} aria-describedby=\"error");
        if self.error.is_some() {
            self.content = match self.content.contains(&hinted) {
                true => self.content.replace(&hinted, &format!("{marked} ")),
                false => self.content.replace(&plain, &format!("{marked}\"")),
            };
        }
        self
    }

    fn html(&self) -> String {
        let Self { title, content, .. } = self;
        // A screen reader says the title first.
        let (mark, error) = match &self.error {
            None => ("", String::new()),
            Some(error) => (
                "Fehler: ",
                format!(
                    "<p class=\"error\" role=\"alert\" id=\"error\">{}</p>\n",
                    escape(error)
                ),
            ),
        };
        format!(
            "<!doctype html>\n<html lang=\"de\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{mark}{title} – Querschnitt</title>\n\
             <link rel=\"stylesheet\" href=\"/anmelden/stil.css\">\n</head>\n<body>\n<main>\n\
             <p class=\"product\">Querschnitt</p>\n<h1>{title}</h1>\n{error}{content}\n</main>\n</body>\n</html>\n"
        )
    }

    /// The page as an answer.
    pub(crate) fn answer(&self, status: StatusCode) -> Response {
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::REFERRER_POLICY, "same-origin"),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                "same-origin",
            ),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                "same-origin",
            ),
        ];
        let mut response = (status, headers, self.html()).into_response();
        no_store(&mut response);
        response
    }
}

/// Nothing of this stays in a browser or a proxy.
pub(crate) fn no_store(response: &mut Response) {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// A form that is sent to `path`, with the session's token and a button.
pub(crate) fn form(path: &str, csrf: &str, fields: &str, button: &str) -> String {
    let csrf = match csrf {
        "" => String::new(),
        csrf => format!(
            "<input type=\"hidden\" name=\"csrf\" value=\"{}\">\n",
            escape(csrf)
        ),
    };
    format!(
        "<form method=\"post\" action=\"{path}\">\n{csrf}{fields}<button type=\"submit\">{button}</button>\n</form>\n"
    )
}

/// A field with its label. `attributes` are ours; a hint is read with the field.
pub(crate) fn field(name: &str, label: &str, attributes: &str, hint: &str) -> String {
    let (described, hint) = match hint {
        "" => (String::new(), String::new()),
        hint => (
            format!(" aria-describedby=\"{name}-hint\""),
            format!("<p class=\"hint\" id=\"{name}-hint\">{hint}</p>\n"),
        ),
    };
    format!(
        "<label for=\"{name}\">{label}</label>\n{hint}<input id=\"{name}\" name=\"{name}\" required{described} {attributes}>\n"
    )
}

#[cfg(test)]
mod tests;
