use dynamic_api::{api_type, dynamic_api};

#[dynamic_api(path = "articles")]
pub struct Article {
    pub title: String,
    #[api(derived = of_the_title)]
    pub slug: String,
    #[api(derived(save = length, read = without_argument))]
    pub length: u32,
    #[api(derived = missing)]
    pub other: String,
}

fn of_the_title(title: &str) -> String {
    title.to_lowercase()
}

fn length(article: &Article) -> usize {
    article.title.len()
}

fn without_argument() -> u32 {
    0
}

#[dynamic_api(path = "notes")]
pub struct Note {
    #[api(derived = mood)]
    pub mood: Mood,
}

#[api_type]
pub enum Mood {
    Good,
}

fn mood(_: &Note) -> Mood {
    Mood::Good
}

fn main() {}
