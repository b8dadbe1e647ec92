//! The cookie of cookie mode, as a program states it.

/// The cookie that holds the refresh token in place of the answer's body: `HttpOnly`, `Secure`, `SameSite=Strict`, with a
/// `Max-Age` of the token's lifetime. Most browsers take it from `http://localhost` too.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefreshCookie {
    /// Its name. Default `__Secure-refresh-token`; browsers refuse that prefix without `Secure`.
    pub name: String,
    /// The path that it is sent to. Default `/auth`.
    pub path: String,
}

impl Default for RefreshCookie {
    fn default() -> Self {
        Self { name: "__Secure-refresh-token".to_owned(), path: "/auth".to_owned() }
    }
}

impl RefreshCookie {
    /// Sets its name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the path that it is sent to: that of the account routes as a browser sees it.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    pub(super) fn problems(&self) -> Vec<String> {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let is_path = |byte: u8| byte.is_ascii_graphic() && byte != b';';
        let rules = [
            (!self.name.is_empty() && self.name.bytes().all(is_token), "its name is none of a cookie"),
            (
                self.path.starts_with('/') && self.path.bytes().all(is_path),
                "its path must start with a slash and hold neither spaces nor semicolons",
            ),
            (
                !self.name.starts_with("__Host-") || self.path == "/",
                "the prefix __Host- needs the path / in browsers",
            ),
        ];
        let broken = rules.into_iter().filter(|(kept, _)| !kept);
        broken.map(|(_, rule)| format!("auth: the refresh cookie: {rule}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_of_the_host_alone_is_of_the_root() {
        let cookie = |path| RefreshCookie::default().name("__Host-refresh").path(path).problems();
        assert_eq!(cookie("/"), Vec::<String>::new());
        assert_eq!(cookie("/auth").len(), 1);
    }
}
