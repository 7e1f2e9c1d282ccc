//! Where everything that a command says goes: results to stdout, failures to stderr, as sentences or as JSON.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::failure::Failed;
use crate::lang::Lang;

/// How to speak to the reader.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said {
    pub(crate) lang: Lang,
    pub(crate) json: bool,
}

impl Said {
    /// A result: its JSON, or its lines.
    pub(crate) fn result(self, json: &Value, lines: &[String]) -> Result<(), Failed> {
        let mut out = io::stdout().lock();
        let written =
            if self.json { writeln!(out, "{json}") } else { lines.iter().try_for_each(|line| writeln!(out, "{line}")) };
        match written {
            // Whoever reads may stop reading: `usra-phone list | head`.
            Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => Err(Failed::system("stdout", &cause)),
            _ => Ok(()),
        }
    }

    /// Why it failed, on stderr.
    pub(crate) fn failed(self, failed: &Failed) {
        let Failed { code, ar, en, .. } = failed;
        let mut err = io::stderr().lock();
        let _unheard = if self.json {
            writeln!(err, "{}", json!({ "error": { "code": code, "sentence_ar": ar, "sentence_en": en } }))
        } else {
            writeln!(err, "{}", self.lang.pick(ar, en))
        };
    }

    /// A short way to [`Lang::pick`].
    pub(crate) fn pick<'a>(self, ar: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(ar, en)
    }
}
