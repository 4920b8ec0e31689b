//! Reads the command line; help and errors in German.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory as _, FromArgMatches as _};

use crate::cli::Arguments;
use crate::exit::Exit;

const TEMPLATE: &str = "{about-with-newline}\nAufruf: {usage}\n\n{all-args}{after-help}";

/// What is said instead of carrying out a command: help, version, or what is wrong with the call.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Asked for; goes to the standard output, exit code 0.
    Asked(String),
    /// A wrong call; goes to the error output, exit code 2.
    Wrong(String),
}

impl Answer {
    /// Says it and gives the exit code.
    pub(crate) fn print(&self) -> ExitCode {
        match self {
            Self::Asked(text) => {
                print!("{text}");
                ExitCode::SUCCESS
            }
            Self::Wrong(text) => {
                eprint!("{text}");
                ExitCode::from(Exit::Usage.code())
            }
        }
    }
}

/// Reads the arguments, the program's name first.
pub(crate) fn parse(
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<Arguments, Answer> {
    let mut command = german(Arguments::command());
    command.build();
    command
        .clone()
        .try_get_matches_from(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches))
        .map_err(|error| answer(&error))
}

/// German headings for a command and everything below it.
fn german(command: Command) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    let mut command = command
        .help_template(TEMPLATE)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .subcommand_help_heading("Befehle")
        .subcommand_value_name("BEFEHL")
        .mut_args(|arg| {
            let heading = if arg.is_positional() {
                "Angaben"
            } else {
                "Optionen"
            };
            if arg.is_global_set() {
                arg.help_heading(heading).display_order(900)
            } else {
                arg.help_heading(heading)
            }
        });
    for name in names {
        command = command.mut_subcommand(name, german);
    }
    command
}

fn answer(error: &clap::Error) -> Answer {
    let hint = "Hilfe: querschnitt --help, oder --help hinter einem Befehl.";
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(_) | None => String::new(),
    };
    let argument = named(ContextKind::InvalidArg);
    let value = named(ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            return Answer::Asked(rendered(error));
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return Answer::Wrong(rendered(error));
        }
        ErrorKind::MissingSubcommand => {
            format!(
                "Es fehlt ein Befehl; möglich sind {}.",
                named(ContextKind::ValidSubcommand)
            )
        }
        ErrorKind::InvalidSubcommand => format!(
            "Den Befehl „{}“ gibt es nicht.",
            named(ContextKind::InvalidSubcommand)
        ),
        ErrorKind::UnknownArgument => format!("Die Angabe „{argument}“ gibt es hier nicht."),
        ErrorKind::MissingRequiredArgument => format!("Es fehlt: {argument}."),
        ErrorKind::ArgumentConflict => format!(
            "{argument} darf nicht mehrfach oder nicht zusammen mit anderen Angaben stehen."
        ),
        ErrorKind::InvalidValue if value.is_empty() => format!("Zu {argument} fehlt der Wert."),
        ErrorKind::InvalidValue => format!(
            "„{value}“ ist für {argument} nicht erlaubt; möglich: {}.",
            named(ContextKind::ValidValue)
        ),
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error)
                .map(ToString::to_string)
                .unwrap_or_default();
            format!("„{value}“ ist für {argument} nicht erlaubt: {reason}.")
        }
        // clap's list of kinds is open; the rest cannot arise from our arguments.
        _ => rendered(error),
    };
    Answer::Wrong(format!("Fehler: {what}\n{hint}\n"))
}

/// What clap writes, without its one English word that no template reaches.
fn rendered(error: &clap::Error) -> String {
    error
        .render()
        .to_string()
        .replace("[OPTIONS]", "[OPTIONEN]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(arguments: &[&str]) -> String {
        match parse(arguments.iter().copied()) {
            Err(Answer::Wrong(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_definition_is_sound() {
        german(Arguments::command()).debug_assert();
    }

    #[test]
    fn errors_are_german_and_name_what_is_wrong() {
        let text = wrong(&["querschnitt", "serv"]);
        assert!(text.contains("Den Befehl „serv“ gibt es nicht"), "{text}");
        let text = wrong(&["querschnitt", "serve", "--nope"]);
        assert!(text.contains("„--nope“"), "{text}");
        let text = wrong(&["querschnitt", "token", "issue", "--role", "KI_OFFICER"]);
        assert!(text.contains("--centre"), "{text}");
        let text = wrong(&[
            "querschnitt",
            "token",
            "issue",
            "--role",
            "BOSS",
            "--centre",
            "05711",
        ]);
        assert!(text.contains("KI_OFFICER"), "{text}");
    }

    /// Every help text, of every command, holds no English heading.
    #[test]
    fn help_is_german() {
        fn walk(command: &Command, path: &[String], seen: &mut usize) {
            let mut call: Vec<String> = path.to_vec();
            call.push("--help".into());
            match parse(call) {
                Err(Answer::Asked(text)) => {
                    *seen += 1;
                    for word in [
                        "Usage",
                        "ptions",
                        "OPTIONS",
                        "Commands",
                        "Arguments",
                        "Print",
                    ] {
                        assert!(!text.contains(word), "{path:?} says {word}:\n{text}");
                    }
                    assert!(text.contains("Aufruf: querschnitt"), "{text}");
                }
                other => panic!("{path:?}: {other:?}"),
            }
            for sub in command.get_subcommands() {
                let mut path = path.to_vec();
                path.push(sub.get_name().to_owned());
                walk(sub, &path, seen);
            }
        }
        let mut seen = 0;
        walk(
            &Arguments::command(),
            &["querschnitt".to_owned()],
            &mut seen,
        );
        assert!(seen >= 4, "only {seen} helps seen");
    }
}
