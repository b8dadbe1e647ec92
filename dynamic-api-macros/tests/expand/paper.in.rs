#[dynamic_api(
    path = "papers",
    tenant(team = organisation),
    scope = readable,
    ability(writes = any_of(is_owner(author), is_member(editors = groups), has_role("admin")), delete_one = may_delete),
    auth_ability = is_staff,
    routes(
        get_many,
        get_one(ability = all_of(is_authenticated(), not(is_secret)), ability_mode(filter), scope = open),
        update_one,
        delete_one,
        batch,
    )
)]
pub struct Paper {
    #[api(unique)]
    pub title: String,
    #[api(from_user)]
    pub author: Id,
    pub editors: Vec<Id>,
    pub team: Id,
    #[api(protected(read = has_role("admin", "auditor", claim = roles), write = policies::may_grade))]
    pub grade: Option<i32>,
}
