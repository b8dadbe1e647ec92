use dynamic_api::dynamic_api;

#[dynamic_api(
    path = "notes",
    before_save = "stamped",
    before_delete,
    after_save(retry = 3),
    routes(
        get_many(before_save = stamped),
        delete_one(before_save = stamped),
        create_one(before_delete = kept),
        aggregate(query = Stats, after_save = told),
        batch(after_save = told),
        update_one(after_save(told, delay = "1s")),
        update_many(after_save(told, retry = 33, delay = "2h")),
        replace_one(after_save(told, retries = 3)),
        duplicate_one(before_save = stamped, before_save = stamped),
        duplicate_many(after_save()),
        custom(method = post, path = "all", handler = all, before_save = stamped),
    )
)]
pub struct Note {
    pub text: String,
}

fn main() {}
