//! From entities, a store and settings to a router.

use std::{cell::OnceCell, collections::BTreeMap, fmt, sync::Arc};

use axum::Router;
use socketioxide::{SocketIo, extract::SocketRef};

use super::{
    check, collections,
    cors::Cors,
    error::{BuildError, Conflict},
    handle::{ApiHandle, Sockets},
    policies::Users,
    settings::{ReplyMode, WebSocketConfig},
    table::{self, Mounted, RouteTable},
};
use crate::{
    auth::{self, Accounts, AuthConfig, Hasher, PasswordHashing, Sealing, UserType},
    call::Route,
    context::CallContext,
    entity::{Entity, EntityMeta, UserEntity, WebSocket},
    entrance::RequestIds,
    error::Violation,
    hook::{AfterSaveFailure, AfterSaves, Report},
    policy::Sights,
    repo::Data,
    resource::{Limits, Resource},
    rest,
    socket::{self, OnConnect},
    store::{IndexReport, Store, SyncIndexes},
    validate::Messages,
};

/// An API over HTTP and Socket.IO.
#[derive(Debug, Clone, Copy)]
pub struct DynamicApi;

/// An API that is being put together.
///
/// ```no_run
/// # async fn run<User: dynamic_api_runtime::entity::Entity>() -> Result<(), Box<dyn std::error::Error>> {
/// use dynamic_api_runtime::{app::DynamicApi, store::Store};
///
/// let store = Store::from_env().await?;
/// DynamicApi::builder().store(store).resource::<User>().serve("127.0.0.1:3000").await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "an API answers once it is built or served"]
pub struct DynamicApiBuilder {
    store: Option<Store>,
    entities: Vec<(&'static EntityMeta, &'static [Route])>,
    limits: Limits,
    messages: Option<Messages>,
    sync_indexes: SyncIndexes,
    web_socket: WebSocketConfig,
    web_socket_for_all: bool,
    reply: ReplyMode,
    cors: Option<Cors>,
    io: Option<SocketIo>,
    on_connect: Option<OnConnect>,
    accounts: Option<(UserType, AuthConfig)>,
    after_save_error: Option<Report>,
    handle: ApiHandle,
}

impl DynamicApi {
    /// An API without entities and without a store.
    pub fn builder() -> DynamicApiBuilder {
        DynamicApiBuilder {
            store: None,
            entities: vec![],
            limits: Limits::default(),
            messages: None,
            sync_indexes: SyncIndexes::default(),
            web_socket: WebSocketConfig::default(),
            web_socket_for_all: false,
            reply: ReplyMode::default(),
            cors: None,
            io: None,
            on_connect: None,
            accounts: None,
            after_save_error: None,
            handle: ApiHandle::default(),
        }
    }
}

impl DynamicApiBuilder {
    /// Sets where documents live.
    pub fn store(mut self, store: impl Into<Store>) -> Self {
        self.store = Some(store.into());
        self
    }

    /// Adds an entity with its routes.
    pub fn resource<E: Entity>(mut self) -> Self {
        self.entities.push((E::META, E::ROUTES));
        self
    }

    /// Makes documents of an entity the users of the application, which is added with [`DynamicApiBuilder::resource`] as any
    /// other. Every route that is not public is then for callers with a token, and the routes under `/auth` are there.
    pub fn auth<U: UserEntity>(mut self, config: AuthConfig) -> Self {
        self.accounts = Some((UserType::of::<U>(), config));
        self
    }

    /// Sets what one call can ask for.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what clients read of violations: a function from a violation, its [code](Violation::code) and its
    /// [values](Violation::param), to a text; `None` leaves it as it is. The context says who calls.
    ///
    /// ```
    /// # use dynamic_api_runtime::app::DynamicApi;
    /// let builder = DynamicApi::builder().messages(|violation, _| match violation.code {
    ///     "required" => Some("fehlt".to_owned()),
    ///     "length" => Some(format!("hat mindestens {} Zeichen", violation.param("min")?)),
    ///     _ => None,
    /// });
    /// ```
    pub fn messages(
        mut self,
        translate: impl Fn(&Violation, &CallContext<'_>) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.messages = Some(Messages::new(translate));
        self
    }

    /// Sets what is done at the start about indexes that are not as declared. By default the missing ones are created, and
    /// nothing else; [`DynamicApiBuilder::index_report`] tells beforehand what there is to do.
    pub fn sync_indexes(mut self, sync: SyncIndexes) -> Self {
        self.sync_indexes = sync;
        self
    }

    /// Sets how sockets are reached.
    pub fn web_socket(mut self, config: WebSocketConfig) -> Self {
        self.web_socket = config;
        self
    }

    /// Reaches entities that say nothing of sockets over them too.
    pub fn web_socket_for_all(mut self) -> Self {
        self.web_socket_for_all = true;
        self
    }

    /// Sets how success is told to a socket.
    pub fn reply(mut self, mode: ReplyMode) -> Self {
        self.reply = mode;
        self
    }

    /// Sets the other origins whose pages may call. Default none.
    pub fn cors(mut self, cors: Cors) -> Self {
        self.cors = Some(cors);
        self
    }

    /// Puts the namespaces on a Socket.IO server that the program already has, in place of one within the router. Its path,
    /// sizes and pings are the program's then, and [`DynamicApiBuilder::web_socket`] is asked for the namespace and the memory
    /// alone. Pages of other origins still need [`DynamicApiBuilder::cors`] to connect to the API's namespaces.
    pub fn socket_io(mut self, io: SocketIo) -> Self {
        self.io = Some(io);
        self
    }

    /// Sets what is done with every socket that connects to a namespace of the API: the place to register handlers of the
    /// program's own, which go before the API's where they have the same event.
    pub fn on_connect(mut self, register: impl Fn(&SocketRef) + Send + Sync + 'static) -> Self {
        self.on_connect = Some(Arc::new(register));
        self
    }

    /// Sets what is told of hooks after a save that fail for good. Without it, and where it panics, they are logged as errors.
    ///
    /// ```
    /// # use dynamic_api_runtime::app::DynamicApi;
    /// let builder = DynamicApi::builder().on_after_save_error(|failure| {
    ///     eprintln!("{} of {} failed {} times: {}", failure.hook, failure.entity, failure.attempts, failure.cause());
    /// });
    /// ```
    pub fn on_after_save_error(mut self, report: impl Fn(&AfterSaveFailure) + Send + Sync + 'static) -> Self {
        self.after_save_error = Some(Arc::new(report));
        self
    }

    /// The application from outside, to be kept while it runs.
    pub fn handle(&self) -> ApiHandle {
        self.handle.clone()
    }

    /// Where every route will be reached, in order of declaration.
    pub fn routes(&self) -> RouteTable {
        let place = |(meta, route): (&'static EntityMeta, &'static Route)| {
            table::info(meta, route, self.namespace(meta, route.web_socket))
        };
        RouteTable(self.all_routes().map(place).collect())
    }

    /// Checks everything, makes the collections ready, and returns the router. It has no fallback and can be nested and merged
    /// into any other; nested, a client passes the whole path of the sockets as its option `path`.
    ///
    /// # Errors
    /// [`BuildError::Conflicts`] with all that is to change, before the store is asked for anything; otherwise the first
    /// collection that can't be made ready.
    pub async fn build(self) -> Result<Router, BuildError> {
        let (store, mounted, accounts) = self.checked()?;
        collections::prepare(&store, &self.metas(), self.sync_indexes).await?;
        if let Some(accounts) = accounts {
            collections::prepare_accounts(&store, accounts.entity(), self.sync_indexes).await?;
            accounts.config().log();
            let _ = self.handle.shared().accounts.set(accounts);
        }
        if let Some(mounted) = mounted.first() {
            let _ = self.handle.shared().data.set(mounted.resource.data.clone());
        }
        let _ = self.handle.shared().routes.set(self.routes());
        Ok(self.router(&mounted))
    }

    /// How the indexes of each collection stand to the declared ones, in the order of the entities. It changes nothing: a look
    /// to take before an application goes out.
    ///
    /// # Errors
    /// [`BuildError::Conflicts`] as [`DynamicApiBuilder::build`]; [`BuildError::Store`] where the indexes can't be read.
    pub async fn index_report(&self) -> Result<Vec<IndexReport>, BuildError> {
        let (store, ..) = self.checked()?;
        collections::reports(&store, &self.metas()).await
    }

    /// The store, the routes and the accounts, where nothing contradicts anything.
    fn checked(&self) -> Result<(Store, Vec<Mounted>, Option<Accounts>), BuildError> {
        let mut conflicts = self.settings_conflicts();
        let Some(store) = self.store.clone() else {
            conflicts.push(Conflict::NoStore);
            return Err(BuildError::Conflicts(conflicts));
        };
        let accounts = self.running_accounts(&store).unwrap_or_else(|problems| {
            conflicts.extend(problems.into_iter().map(Conflict::Setting));
            None
        });
        let mounted = self.mounted(&store, accounts.as_ref());
        conflicts.extend(check::conflicts(&self.metas(), &mounted, self.protection()));
        conflicts.extend(check::atomic(&store, &self.metas(), &mounted));
        if conflicts.is_empty() {
            Ok((store, mounted, accounts))
        } else {
            Err(BuildError::Conflicts(conflicts))
        }
    }

    /// The accounts, where the application is to have some.
    fn running_accounts(&self, store: &Store) -> Result<Option<Accounts>, Vec<String>> {
        let Some((of, config)) = &self.accounts else { return Ok(None) };
        let mut problems = auth::problems(of, config, &self.metas());
        if config.tells_sockets() && self.namespace(of.entity, WebSocket::Inherit).is_none() {
            let name = of.entity.name;
            problems.push(format!(
                "auth: nobody can hear a broadcast: {name} is not reached over sockets, add web_socket"
            ));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Accounts::new(store, *of, config.clone()).map(Some)
    }

    fn protection(&self) -> check::Protection {
        let users = self.accounts.as_ref().map(|(of, _)| Users { entity: of.entity, account: of.account });
        users.map_or(check::Protection::None, check::Protection::Accounts)
    }

    fn metas(&self) -> Vec<&'static EntityMeta> {
        self.entities.iter().map(|(meta, _)| *meta).collect()
    }

    /// The connections that a server of its own has at once.
    pub(super) fn connections(&self) -> usize {
        self.limits.connections
    }

    fn settings_conflicts(&self) -> Vec<Conflict> {
        let mut conflicts = check::limits(&self.limits);
        conflicts.extend(check::web_socket(&self.web_socket));
        conflicts.extend(self.cors.iter().flat_map(Cors::conflicts));
        let routes = self.routes();
        if self.io.is_none() && routes.iter().any(|route| route.paths.contains(&self.web_socket.path)) {
            let path = &self.web_socket.path;
            conflicts.push(Conflict::Setting(format!("web_socket: {path} is the path of an entity too")));
        }
        if let Some(io) = &self.io {
            let mut namespaces: Vec<String> =
                routes.iter().filter_map(|route| route.namespace.clone()).collect();
            namespaces.sort();
            namespaces.dedup();
            let taken = namespaces.iter().filter(|name| io.of(name).is_some());
            conflicts.extend(taken.map(|name| {
                Conflict::Setting(format!(
                    "namespace {name} is already on the Socket.IO server: give the API another, or register handlers with \
                     on_connect(..)"
                ))
            }));
        }
        conflicts
    }

    fn all_routes(&self) -> impl Iterator<Item = (&'static EntityMeta, &'static Route)> {
        let of_entities =
            self.entities.iter().flat_map(|(meta, routes)| routes.iter().map(|route| (*meta, route)));
        let of_accounts =
            self.accounts.iter().flat_map(|(of, _)| auth::ROUTES.iter().map(|route| (of.entity, route)));
        of_entities.chain(of_accounts)
    }

    fn namespace(&self, meta: &EntityMeta, route: WebSocket) -> Option<String> {
        table::namespace(route, meta.web_socket, self.web_socket_for_all, &self.web_socket)
    }

    fn mounted(&self, store: &Store, accounts: Option<&Accounts>) -> Vec<Mounted> {
        let mut mounted = vec![];
        let metas: Arc<[&'static EntityMeta]> = self.metas().into();
        let (hasher, sights) = (OnceCell::new(), Arc::<Sights>::default());
        let sealing = |meta| Sealing::of(meta, || hasher.get_or_init(|| hasher_of(accounts)).clone());
        let known = metas.iter().map(|meta| (*meta, sealing(meta)));
        let after_saves = AfterSaves::new(
            self.handle.shared().after_saves.clone(),
            self.after_save_error.clone(),
            self.limits.call_time,
        );
        let data = Data::new(store.clone(), self.limits.clone(), known);
        for (meta, routes) in &self.entities {
            let resource = Arc::new(Resource {
                meta,
                entities: metas.clone(),
                sights: sights.clone(),
                store: store.clone(),
                limits: self.limits.clone(),
                messages: self.messages.clone(),
                accounts: accounts.cloned(),
                broadcasts: self.handle.shared().broadcasts.clone(),
                namespace: self.namespace(meta, WebSocket::Inherit).map(Into::into),
                sealing: sealing(meta),
                data: data.clone(),
                after_saves: after_saves.clone(),
            });
            let is_of_users = self.accounts.as_ref().is_some_and(|(of, _)| of.entity.is_same(meta));
            let of_accounts: &[Route] = if is_of_users { &auth::ROUTES } else { &[] };
            mounted.extend(routes.iter().chain(of_accounts).map(|route| Mounted {
                resource: resource.clone(),
                route,
                namespace: self.namespace(meta, route.web_socket),
            }));
        }
        mounted
    }

    fn socket_settings(&self, ids: Arc<RequestIds>) -> socket::Settings {
        socket::Settings {
            reply: self.reply,
            call_time: self.limits.call_time,
            packets: match &self.io {
                Some(io) => io.config().engine_config.max_buffer_size,
                None => self.web_socket.buffer,
            },
            // Whatever fits in a message has room.
            socket_bytes: self.web_socket.socket_bytes.max(self.limits.body_bytes),
            all_bytes: self.web_socket.all_bytes.max(self.limits.body_bytes),
            cors: self.cors.clone(),
            invalid_token: self.web_socket.invalid_token,
            on_connect: self.on_connect.clone(),
            shared: self.handle.shared().clone(),
            ids,
        }
    }

    fn router(self, mounted: &[Mounted]) -> Router {
        let ids = Arc::new(RequestIds::default());
        let mut router = rest::router(mounted, &ids);
        let mut namespaces: BTreeMap<&str, Vec<Mounted>> = BTreeMap::new();
        for route in mounted {
            if let Some(namespace) = &route.namespace {
                namespaces.entry(namespace).or_default().push(route.clone());
            }
        }
        if !namespaces.is_empty() {
            let names = || namespaces.keys().map(ToString::to_string).collect();
            let (io, among_others) = match self.io.clone() {
                Some(io) => (io, Some(names())),
                None => {
                    let (with_sockets, io) = socket::mount(router, &self.web_socket, self.limits.body_bytes);
                    router = with_sockets;
                    (io, None)
                }
            };
            socket::register(&io, namespaces, &self.socket_settings(ids));
            let _ = self.handle.shared().sockets.set(Sockets { io, among_others });
        }
        let router = match &self.cors {
            Some(cors) => router.layer(cors.layer()),
            None => router,
        };
        // Handlers become services here and now, and not again for every request.
        router.with_state(())
    }
}

/// What hashes passwords: by the settings of accounts, else by the defaults.
fn hasher_of(accounts: Option<&Accounts>) -> Option<Hasher> {
    match accounts {
        Some(accounts) => Some(accounts.hasher().clone()),
        None => Hasher::new(&PasswordHashing::default()).ok(),
    }
}

impl fmt::Debug for DynamicApiBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entities: Vec<&str> = self.entities.iter().map(|(meta, _)| meta.name).collect();
        f.debug_struct("DynamicApiBuilder")
            .field("store", &self.store)
            .field("entities", &entities)
            .finish_non_exhaustive()
    }
}
