#[dynamic_api(
    path = "posts",
    before_save = stamped,
    before_delete = hooks::not_while_published,
    after_save(notify, retry = 3, delay = "500ms"),
    routes(create_one(before_save = slugged), delete_one(before_delete = logged), batch)
)]
pub struct Post {
    pub title: String,
}
