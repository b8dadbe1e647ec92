/// A note on something.
#[dynamic_api(path = "notes", soft_delete)]
pub struct Note {
    /// What it is about.
    pub title: String,
    /// What it says.
    pub body: Option<String>,
    /// Who wrote it.
    pub author: Id,
}
