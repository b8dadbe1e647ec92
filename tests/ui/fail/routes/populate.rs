use dynamic_api::{CallContext, Error, Presenter, Ref, Stored, dynamic_api};

#[dynamic_api(
    path = "articles",
    routes(
        get_many(populate(autor, author.company.owner.name, secret, editor.name, author, writer)),
        get_one(populate(author), presenter = Card),
        get_one(sub_path = "a", populate),
        get_one(sub_path = "b", populate("author", author company)),
        get_one(sub_path = "c", populate()),
    )
)]
struct Article {
    #[serde(rename = "writer")]
    author: Ref<Article>,
    #[api(hidden)]
    secret: Option<Ref<Article>>,
    #[api(write_only)]
    editor: Option<Ref<Article>>,
}

#[derive(serde::Serialize)]
struct Card;

impl Presenter<Article> for Card {
    fn present(_: &Stored<Article>, _: &CallContext<'_>) -> Result<Self, Error> {
        Ok(Self)
    }
}

fn main() {}
