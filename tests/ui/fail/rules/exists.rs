use dynamic_api::{Id, Ref, dynamic_api, query::Filter};

#[dynamic_api(path = "rooms")]
struct Room {
    name: String,
}

#[dynamic_api(path = "halls")]
struct Hall {
    name: String,
}

struct NoEntity;

fn open() -> Filter {
    Filter::All
}

fn of_a_room(_: &Room) -> Filter {
    Filter::All
}

#[dynamic_api(path = "talks")]
struct Talk {
    #[api(exists(Room, filter = open))]
    fine: Option<Id>,
    #[api(exists(Hall))]
    other: Ref<Room>,
    #[api(exists(Room))]
    title: String,
    #[api(exists(NoEntity))]
    none: Id,
    #[api(exists(Room, filter = of_a_room))]
    filtered: Vec<Id>,
}

#[dynamic_api(path = "notes")]
struct Note {
    #[api(exists)]
    a: Id,
    #[api(exists())]
    b: Id,
    #[api(exists("Room"))]
    c: Id,
    #[api(exists(Room, fliter = open))]
    d: Id,
    #[api(exists(Room), derived = of_note)]
    e: Id,
}

fn main() {}
