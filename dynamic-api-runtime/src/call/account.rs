//! The routes of accounts: what each is called and how it is reached, stated once.

use http::Method;

use super::Addressing;

/// What an account route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say it")]
pub enum AccountKind {
    Register,
    Login,
    GetAccount,
    UpdateAccount,
    ResetPassword,
    ChangePassword,
    RefreshToken,
    Logout,
    LogoutAll,
    SendCode,
    VerifyCode,
    VerifyEmail,
    ListSessions,
    EndSession,
    MfaEnrol,
    MfaConfirm,
    MfaDisable,
    MfaLogin,
}

/// The token that a call of an account route comes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// None: a token that comes all the same is not looked at.
    None,
    /// An access token.
    Access,
    /// A refresh token: from the header, the cookie, or the body's `refreshToken`. A transport hands it on as it is.
    Refresh,
}

impl AccountKind {
    /// All of them, in the order of a route table.
    pub const ALL: [Self; 18] = [
        Self::Register,
        Self::Login,
        Self::GetAccount,
        Self::UpdateAccount,
        Self::ResetPassword,
        Self::ChangePassword,
        Self::RefreshToken,
        Self::Logout,
        Self::LogoutAll,
        Self::SendCode,
        Self::VerifyCode,
        Self::VerifyEmail,
        Self::ListSessions,
        Self::EndSession,
        Self::MfaEnrol,
        Self::MfaConfirm,
        Self::MfaDisable,
        Self::MfaLogin,
    ];

    /// The name in a table or the log: `login`.
    pub const fn name(self) -> &'static str {
        self.place().0
    }

    /// Its Socket.IO event.
    pub const fn event(self) -> &'static str {
        self.place().1
    }

    /// Its path, with `{id}` where an id is.
    pub const fn path(self) -> &'static str {
        self.place().2
    }

    const fn place(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Register => ("register", "auth-register", "/auth/register"),
            Self::Login => ("login", "auth-login", "/auth/login"),
            Self::GetAccount => ("get_account", "auth-get-account", "/auth/account"),
            Self::UpdateAccount => ("update_account", "auth-update-account", "/auth/account"),
            Self::ResetPassword => ("reset_password", "auth-reset-password", "/auth/reset-password"),
            Self::ChangePassword => ("change_password", "auth-change-password", "/auth/change-password"),
            Self::RefreshToken => ("refresh_token", "auth-refresh-token", "/auth/refresh-token"),
            Self::Logout => ("logout", "auth-logout", "/auth/logout"),
            Self::LogoutAll => ("logout_all", "auth-logout-all", "/auth/logout-all"),
            Self::SendCode => ("send_code", "auth-send-code", "/auth/passwordless/send-code"),
            Self::VerifyCode => ("verify_code", "auth-verify-code", "/auth/passwordless/verify-code"),
            Self::VerifyEmail => ("verify_email", "auth-verify-email", "/auth/verify-email"),
            Self::ListSessions => ("list_sessions", "auth-list-sessions", "/auth/sessions"),
            Self::EndSession => ("end_session", "auth-end-session", "/auth/sessions/{id}"),
            Self::MfaEnrol => ("mfa_enrol", "auth-mfa-enrol", "/auth/mfa/enrol"),
            Self::MfaConfirm => ("mfa_confirm", "auth-mfa-confirm", "/auth/mfa/confirm"),
            Self::MfaDisable => ("mfa_disable", "auth-mfa-disable", "/auth/mfa/disable"),
            Self::MfaLogin => ("mfa_login", "auth-mfa-login", "/auth/mfa/login"),
        }
    }

    /// Its HTTP method.
    pub const fn method(self) -> Method {
        match self {
            Self::GetAccount | Self::ListSessions => Method::GET,
            Self::UpdateAccount | Self::ChangePassword => Method::PATCH,
            Self::EndSession => Method::DELETE,
            _ => Method::POST,
        }
    }

    /// What of a call says which document it is about.
    pub const fn addressing(self) -> Addressing {
        match self {
            Self::EndSession => Addressing::Id,
            _ => Addressing::Nothing,
        }
    }

    /// Whether a call has a body.
    pub const fn has_body(self) -> bool {
        !matches!(self, Self::GetAccount | Self::ListSessions | Self::EndSession)
    }

    /// Whether a call changes nothing.
    pub const fn is_read(self) -> bool {
        matches!(self, Self::GetAccount | Self::ListSessions)
    }

    /// The token that a call comes with.
    pub const fn credential(self) -> Credential {
        match self {
            Self::GetAccount
            | Self::UpdateAccount
            | Self::ListSessions
            | Self::EndSession
            | Self::MfaEnrol
            | Self::MfaConfirm
            | Self::MfaDisable => Credential::Access,
            Self::RefreshToken | Self::Logout | Self::LogoutAll => Credential::Refresh,
            _ => Credential::None,
        }
    }
}
