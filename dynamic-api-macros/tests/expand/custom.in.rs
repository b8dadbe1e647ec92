#[dynamic_api(
    path = "posts",
    web_socket,
    ability(writes = is_owner(author)),
    routes(
        get_one,
        custom(method = post, path = ":id/publish", handler = publish, body = PublishBody),
        custom(method = get, path = ":id/preview", handler = previews::preview, query = PreviewQuery, presenter = Card),
        custom(
            method = post,
            path = "archive",
            handler = archive,
            ids,
            event = "to-the-archive",
            description = "Archives posts.",
            ability = has_role("admin"),
        ),
        custom(method = get, path = "counts", handler = counts, public, no_web_socket),
        custom(method = get, path = "counts", handler = counts, version = "2", auth_ability = is_staff),
    )
)]
pub struct Post {
    pub title: String,
    #[api(from_user)]
    pub author: Id,
}
