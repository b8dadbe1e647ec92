//! What a user proves something with besides the password, in a collection of its own, one document for each user: the reset
//! that was asked for, the one-time code, the second factor. No document of the user entity holds any of it.

use bson::{Bson, RawDocumentBuf};
use serde::{Deserialize, Serialize};

use crate::{
    error::Error,
    query::{FieldUpdate, Filter, Find, Op, Update},
    server_fields::ID,
    store::{CollectionSpec, Store, StoreError},
    types::{DateTime, Id},
};

const RESET: &str = "reset";
const CODE: &str = "code";
const CODE_ATTEMPTS: &str = "code.attempts";
const MFA: &str = "mfa";
const SECRET: &str = "mfa.secret";
const LAST_STEP: &str = "mfa.lastStep";
const RECOVERY: &str = "mfa.recovery";
const PENDING: &str = "pending";
const VERIFIED_AT: &str = "verifiedAt";

/// How often a code may be tried.
const CODE_TRIES: i32 = 5;

/// The credentials of an application's users.
pub(crate) struct Credentials {
    store: Store,
    collection: String,
}

/// What there is of a user.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    pub(super) code: Option<StoredCode>,
    pub(super) mfa: Option<StoredMfa>,
    /// The secret of a second factor that is not confirmed, encrypted.
    pub(super) pending: Option<String>,
}

/// A one-time code.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredCode {
    pub(super) digest: String,
    pub(super) expires_at: DateTime,
    pub(super) attempts: i32,
}

/// A second factor.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredMfa {
    /// Encrypted.
    pub(super) secret: String,
    /// The step of the last code that was taken.
    pub(super) last_step: i64,
    /// Hashes of the recovery codes that are left.
    pub(super) recovery: Vec<String>,
}

impl Credentials {
    pub(super) fn new(store: Store, users: &str) -> Self {
        Self { store, collection: collection(users) }
    }

    /// What there is of a user.
    pub(super) async fn read(&self, user: Id) -> Result<Row, Error> {
        let find = Find::new(Filter::eq(ID, user)).limit(1);
        let row = self.store.find(&self.collection, &find).await?.pop();
        row.map_or_else(|| Ok(Row::default()), |row| read_row(&row))
    }

    /// Lets a reset token be used, by a text that it and the password's hash have in common. One that was asked for before is
    /// worth nothing from now on.
    pub(super) async fn set_reset(&self, user: Id, bound: String) -> Result<(), Error> {
        self.set(user, Update::default().set(RESET, bound)).await
    }

    /// Whether the reset of this text can be used.
    pub(super) async fn has_reset(&self, user: Id, bound: &str) -> Result<bool, Error> {
        Ok(self.store.count(&self.collection, &of(user).and(Filter::eq(RESET, bound))).await? > 0)
    }

    /// Uses it: of several calls one succeeds.
    pub(super) async fn take_reset(&self, user: Id, bound: &str) -> Result<bool, Error> {
        let update = Update::default().with(RESET, FieldUpdate::Unset);
        self.change(user, Filter::eq(RESET, bound), update).await
    }

    /// Puts a code in the place of the one before.
    pub(super) async fn set_code(&self, user: Id, code: &StoredCode) -> Result<(), Error> {
        self.set(user, Update::default().set(CODE, to_bson(code)?)).await
    }

    /// Counts an attempt at the code of a user; `None` where there is none to try.
    pub(super) async fn try_code(&self, user: Id) -> Result<Option<StoredCode>, Error> {
        let can_be_tried = of(user)
            .and(Filter::field("code.expiresAt", Op::Gt(DateTime::now().into())))
            .and(Filter::field(CODE_ATTEMPTS, Op::Lt(CODE_TRIES.into())));
        let count = Update::default().with(CODE_ATTEMPTS, FieldUpdate::Inc(1.into()));
        let row = self.store.update_one(&self.collection, &can_be_tried, &count).await?;
        Ok(row.map(|row| read_row(&row)).transpose()?.and_then(|row| row.code))
    }

    /// Uses the code of this hash: of several calls one succeeds.
    pub(super) async fn take_code(&self, user: Id, digest: &str) -> Result<bool, Error> {
        let update = Update::default().with(CODE, FieldUpdate::Unset);
        self.change(user, Filter::eq("code.digest", digest), update).await
    }

    /// Notes that the user has what the login names.
    pub(super) async fn set_verified(&self, user: Id) -> Result<(), Error> {
        self.set(user, Update::default().set(VERIFIED_AT, DateTime::now())).await
    }

    /// Keeps the secret of a second factor that is to be confirmed.
    pub(super) async fn set_pending(&self, user: Id, secret: String) -> Result<(), Error> {
        self.set(user, Update::default().set(PENDING, secret)).await
    }

    /// Makes the pending secret the second factor, where there is none; whether it did.
    pub(super) async fn confirm(&self, user: Id, pending: &str, mfa: &StoredMfa) -> Result<bool, Error> {
        let unchanged = Filter::eq(PENDING, pending).and(Filter::field(MFA, Op::Exists(false)));
        let update = Update::default().set(MFA, to_bson(mfa)?).with(PENDING, FieldUpdate::Unset);
        self.change(user, unchanged, update).await
    }

    /// Removes the second factor.
    pub(super) async fn remove_mfa(&self, user: Id) -> Result<(), Error> {
        let update = Update::default().with(MFA, FieldUpdate::Unset).with(PENDING, FieldUpdate::Unset);
        self.change(user, Filter::All, update).await.map(drop)
    }

    /// Notes that a code of this step was taken, where no other was since; whether it did.
    pub(super) async fn take_step(&self, user: Id, last: i64, step: i64) -> Result<bool, Error> {
        self.change(user, Filter::eq(LAST_STEP, last), Update::default().set(LAST_STEP, step)).await
    }

    /// Keeps the secret of the second factor encrypted anew, where it still is the same.
    pub(super) async fn renew_secret(&self, user: Id, old: &str, new: String) -> Result<(), Error> {
        self.change(user, Filter::eq(SECRET, old), Update::default().set(SECRET, new)).await.map(drop)
    }

    /// Uses the recovery code of this hash: of several calls one succeeds.
    pub(super) async fn take_recovery(&self, user: Id, digest: &str) -> Result<bool, Error> {
        let update = Update::default().with(RECOVERY, FieldUpdate::Pull(vec![digest.into()]));
        self.change(user, Filter::eq(RECOVERY, digest), update).await
    }

    /// Changes what there is of a user, or begins it.
    async fn set(&self, user: Id, update: Update) -> Result<(), Error> {
        if self.change(user, Filter::All, update.clone()).await? {
            return Ok(());
        }
        let document = bson::rawdoc! { "_id": user.object_id() };
        match self.store.insert(&self.collection, std::slice::from_ref(&document)).await {
            // Another call has begun it.
            Ok(()) | Err(StoreError::Duplicate { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        self.change(user, Filter::All, update).await.map(drop)
    }

    async fn change(&self, user: Id, condition: Filter, update: Update) -> Result<bool, Error> {
        let filter = of(user).and(condition);
        Ok(self.store.update_one(&self.collection, &filter, &update).await?.is_some())
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("collection", &self.collection).finish_non_exhaustive()
    }
}

/// The collection of what users prove something with that are in another one.
pub(super) fn collection_spec(users: &str) -> CollectionSpec {
    CollectionSpec { name: collection(users), indexes: vec![] }
}

pub(super) fn collection(users: &str) -> String {
    format!("{users}_credentials")
}

fn of(user: Id) -> Filter {
    Filter::eq(ID, user)
}

fn read_row(row: &RawDocumentBuf) -> Result<Row, Error> {
    bson::deserialize_from_slice(row.as_bytes()).map_err(Error::internal)
}

fn to_bson<T: Serialize>(value: &T) -> Result<Bson, Error> {
    let document = bson::serialize_to_raw_document_buf(value).map_err(Error::internal)?;
    bson::Document::try_from(document).map(Bson::Document).map_err(Error::internal)
}
