//! PDF files, looked at with programs that share no code with the product: poppler, qpdf, and outloud, which
//! checks PDF/UA-1. `make test-tools` installs them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::skipped;

/// A PDF file on the disk.
#[derive(Debug)]
pub struct Pdf {
    folder: tempfile::TempDir,
}

impl Pdf {
    /// Writes the bytes into a file. `None` on a machine without the programs, which the test then says;
    /// CI has to have them.
    ///
    /// # Panics
    /// When CI does not have them, or the disk does not take the file.
    #[must_use]
    pub fn open(bytes: &[u8]) -> Option<Self> {
        let missing = ["pdfinfo", "pdftotext", "qpdf"]
            .map(PathBuf::from)
            .into_iter()
            .chain([judge()])
            .find(|program| Command::new(program).arg("--version").output().is_err());
        if let Some(missing) = missing {
            let missing = missing.display();
            assert!(std::env::var_os("CI").is_none(), "{missing} is missing");
            skipped(&format!(
                "{missing} is missing; `make test-tools` installs it"
            ));
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder for the file");
        let pdf = Self { folder };
        std::fs::write(pdf.path(), bytes).expect("the file is written");
        Some(pdf)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("letter.pdf")
    }

    /// The words as they are read, page by page, with breaks and runs of spaces as one space.
    #[must_use]
    pub fn text(&self) -> String {
        let text = self.run("pdftotext", &["-raw"], &["-"]);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What the file says about itself.
    #[must_use]
    pub fn about(&self) -> String {
        self.run("pdfinfo", &[], &[])
    }

    /// The tree of tags with the texts in them.
    #[must_use]
    pub fn tags(&self) -> String {
        self.run("pdfinfo", &["-struct-text"], &[])
    }

    /// What the file is refused for: as a PDF by qpdf, as accessible by outloud, whose rule PAG-001 takes the
    /// same words at the end of several pages for a footer.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let path = self.path();
        let checks: [(PathBuf, &[&str]); 2] = [
            (PathBuf::from("qpdf"), &["--check"]),
            (judge(), &["--fail-on", "warning", "--skip", "PAG-001"]),
        ];
        checks
            .iter()
            .filter_map(|(program, arguments)| {
                let output = Command::new(program)
                    .args(*arguments)
                    .arg(&path)
                    .output()
                    .expect("the program runs");
                let said = String::from_utf8_lossy(&output.stdout).into_owned();
                (!output.status.success()).then_some(said)
            })
            .collect()
    }

    fn run(&self, program: &str, before: &[&str], after: &[&str]) -> String {
        let output = Command::new(program)
            .args(before)
            .arg(self.path())
            .args(after)
            .output()
            .expect("the program runs");
        assert!(output.status.success(), "{program} refuses the file");
        // poppler shows the titles of headings in pieces of UTF-16.
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

fn judge() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/judges/bin/outloud")
}
