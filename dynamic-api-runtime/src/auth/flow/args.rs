//! The members that an account route is sent: texts, each by one of its names.

use zeroize::Zeroizing;

use crate::{
    call::Body,
    error::{Error, Violation},
    input::{self, Members, Violations, escape, shown},
    types::Password,
};

/// How long a text may be that names or proves something.
const MAX_TEXT: usize = 16 * 1024;

/// The members of a body.
pub(super) struct Args<'a>(Members<'a>);

impl<'a> Args<'a> {
    /// Reads a body.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where there is none; violations of members that are not among those known.
    pub(super) fn read(body: &'a Body, known: &[&str]) -> Result<Self, Error> {
        Self::read_optional(body, known)?.ok_or(Error::InvalidArgument)
    }

    /// Reads a body that may be missing.
    pub(super) fn read_optional(body: &'a Body, known: &[&str]) -> Result<Option<Self>, Error> {
        let json = body.json.as_deref().map(<[u8]>::trim_ascii);
        let Some(json) = json.filter(|json| !json.is_empty() && *json != b"null") else { return Ok(None) };
        let members = input::members(json, body.envelope)?;
        let mut violations = Violations::default();
        for (name, _) in members.0.iter().filter(|(name, _)| !known.contains(&&**name)) {
            let message = format!("{} is no member of this body: send {}", shown(name), known.join(", "));
            violations.push(Violation::new(format!("/{}", escape(name)), "unknown", message));
        }
        if violations.is_empty() { Ok(Some(Self(members))) } else { Err(violations.into()) }
    }

    /// The text of the one member of these names that there is.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] where it is missing, empty, something else than a string, or there are two.
    pub(super) fn text(&self, names: &[&str]) -> Result<Zeroizing<String>, Error> {
        self.optional_text(names)?.ok_or(Error::InvalidArgument)
    }

    /// [`Args::text`] of what may be missing.
    pub(super) fn optional_text(&self, names: &[&str]) -> Result<Option<Zeroizing<String>>, Error> {
        let mut sent = self.0.0.iter().filter(|(name, _)| names.contains(&&**name));
        let Some((_, value)) = sent.next() else { return Ok(None) };
        if sent.next().is_some() {
            return Err(Error::InvalidArgument);
        }
        let text: String = serde_json::from_str(value.get()).map_err(|_| Error::InvalidArgument)?;
        let text = Zeroizing::new(text);
        if text.is_empty() || text.len() > MAX_TEXT { Err(Error::InvalidArgument) } else { Ok(Some(text)) }
    }

    /// A password that somebody says to know.
    pub(super) fn password(&self, name: &str) -> Result<Password, Error> {
        let text = self.text(&[name])?;
        Password::offered(text.as_str()).map_err(|_| Error::InvalidArgument)
    }
}
