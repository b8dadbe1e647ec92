//! Tokens by what they are for. A refresh token is another type than an access token, so that none can stand for the other.

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::sign::TokenUse;
use crate::{error::Error, types::Id};

/// What a token is for.
pub(crate) trait TokenKind: sealed::Sealed + Sized {
    /// The same as a value.
    const USE: TokenUse;
    /// The session that it belongs to, or none.
    type Session: Carried<Id>;
    /// The claim fields of its user, or none.
    type User: Carried<Map<String, Value>>;

    /// What a call ends in that came with such a token and was refused.
    fn refusal(error: TokenError) -> Error;
}

mod sealed {
    pub(crate) trait Sealed {}
}

/// A member that tokens of some kinds have and others must not have.
pub(crate) trait Carried<T>: fmt::Debug + Clone + PartialEq + Send + Sync + Sized {
    /// `None` where a token lacks what it must have, or has what it must not have.
    fn read(member: Option<T>) -> Option<Self>;
    /// The member to write.
    fn write(&self) -> Option<T>;
}

impl Carried<Id> for Id {
    fn read(member: Option<Id>) -> Option<Self> {
        member
    }

    fn write(&self) -> Option<Id> {
        Some(*self)
    }
}

impl Carried<Map<String, Value>> for Map<String, Value> {
    fn read(member: Option<Self>) -> Option<Self> {
        member
    }

    fn write(&self) -> Option<Self> {
        Some(self.clone())
    }
}

impl<T> Carried<T> for () {
    fn read(member: Option<T>) -> Option<Self> {
        member.is_none().then_some(())
    }

    fn write(&self) -> Option<T> {
        None
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident { $session:ty, $user:ty, $refusal:expr })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub(crate) struct $name;

            impl sealed::Sealed for $name {}

            impl TokenKind for $name {
                const USE: TokenUse = TokenUse::$name;
                type Session = $session;
                type User = $user;

                fn refusal(error: TokenError) -> Error {
                    let refusal: fn(TokenError) -> Error = $refusal;
                    refusal(error)
                }
            }
        )*
    };
}

kinds! {
    /// Says who calls.
    Access { Id, Map<String, Value>, |_| Error::Unauthorized }
    /// Gets new tokens.
    Refresh { Id, (), |_| Error::InvalidRefreshToken }
    /// Sets a new password, once.
    Reset { (), (), |error| match error {
        TokenError::Expired => Error::ResetTokenExpired,
        _ => Error::ResetTokenInvalid,
    } }
    /// Says that the password was right, where a second factor is asked for.
    Mfa { (), (), |_| Error::Unauthorized }
}

/// What a token says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Claims<K: TokenKind> {
    /// The user.
    pub(crate) user_id: Id,
    /// The session.
    pub(crate) session: K::Session,
    /// The claim fields of the user.
    pub(crate) user: K::User,
    /// The name that no other token has.
    pub(crate) token_id: String,
    /// In seconds since 1970.
    pub(crate) issued_at: u64,
    /// In seconds since 1970.
    pub(crate) expires_at: u64,
    pub(super) kind: PhantomData<K>,
}

/// Why a token is refused, in words for who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("the token is too long")]
    TooLong,
    #[error("the token is malformed")]
    Malformed,
    #[error("the token's key is unknown")]
    UnknownKey,
    #[error("the token's signature is wrong")]
    Signature,
    #[error("the token is of another kind")]
    Kind,
    #[error("the token is of another issuer or for another audience")]
    Foreign,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    NotYetValid,
}

/// The payload of a token (RFC 7519, section 4.1).
#[derive(Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) sub: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sid: Option<Id>,
    pub(super) jti: String,
    pub(super) iat: u64,
    pub(super) nbf: u64,
    pub(super) exp: u64,
    pub(super) iss: String,
    pub(super) aud: String,
    pub(super) typ: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<Map<String, Value>>,
}

impl<K: TokenKind> Claims<K> {
    pub(super) fn read(payload: Payload) -> Result<Self, TokenError> {
        if payload.typ != K::USE.typ() {
            return Err(TokenError::Kind);
        }
        Ok(Self {
            user_id: payload.sub,
            session: Carried::read(payload.sid).ok_or(TokenError::Malformed)?,
            user: Carried::read(payload.user).ok_or(TokenError::Malformed)?,
            token_id: payload.jti,
            issued_at: payload.iat,
            expires_at: payload.exp,
            kind: PhantomData,
        })
    }

    pub(super) fn payload(&self, issuer: &str, audience: &str) -> Payload {
        Payload {
            sub: self.user_id,
            sid: self.session.write(),
            jti: self.token_id.clone(),
            iat: self.issued_at,
            nbf: self.issued_at,
            exp: self.expires_at,
            iss: issuer.to_owned(),
            aud: audience.to_owned(),
            typ: K::USE.typ().to_owned(),
            user: self.user.write(),
        }
    }
}

/// What a login is answered with.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenPair {
    /// For every call.
    pub access_token: String,
    /// For the next pair.
    pub refresh_token: String,
}

impl fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenPair(..)")
    }
}
