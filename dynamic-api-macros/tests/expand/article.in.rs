#[dynamic_api(
    path = "articles",
    soft_delete,
    trashed,
    lenient,
    audit(retention = "90d"),
    filter(indexed_only),
    page(default = 20, max = 10000),
    index(author, -createdAt, id),
    text_index(title, body),
    ttl_index(expires_at, seconds = 3600),
    cascade(Comment.article, drafts::Draft.article = set_null, Order.article = restrict),
    routes(
        get_many(populate(author, comments.written_by)),
        get_one(populate(related, author, author.company)),
        restore_one,
        restore_many,
        restore_many(sub_path = "old"),
        purge_one,
        batch,
        audit(ability = has_role("admin")),
    )
)]
pub struct Article {
    pub title: String,
    pub body: Option<String>,
    #[api(unique, derived = slug_of)]
    pub slug: String,
    #[api(derived(read = words::count))]
    pub word_count: u32,
    #[api(derived(save = Teaser::of, read = Teaser::shown))]
    pub teaser: Option<Teaser>,
    #[api(no_filter)]
    pub author: Ref<User>,
    pub comments: Vec<Ref<Comment>>,
    #[serde(rename = "seeAlso")]
    pub related: Option<Box<Ref<Article>>>,
    #[api(read_only, default = 1)]
    pub revision: u32,
    #[api(read_only)]
    #[serde(with = "seconds")]
    pub published_at: Option<DateTime>,
    pub expires_at: Option<DateTime>,
}
