use dynamic_api::{Id, Ref, dynamic_api};

#[dynamic_api(path = "articles", routes(get_many(populate(author, owner)), get_one(populate(title, editors.name))))]
struct Article {
    title: String,
    owner: Id,
    author: Option<Ref<Article>>,
    editors: Vec<Option<Ref<Article>>>,
}

fn main() {}
