//! The areas of somebody's scope to choose from: governorates with their centres, and the whole region for who sees it.

use std::collections::BTreeSet;

use usra_sync_protocol::area::Area;
use usra_sync_protocol::id::AreaId;
use usra_sync_protocol::policy::Scope;

use super::form::Form;
use crate::words::Lang;

/// An area with those right below it.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) whole: Choice,
    pub(super) parts: Vec<Choice>,
    /// Whether any of them is chosen, or there is no other group.
    pub(super) open: bool,
}

/// An area to choose.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) chosen: bool,
}

/// What an area is called.
pub(super) fn name(lang: Lang, area: &Area) -> String {
    lang.pick(&area.name_ar, area.name_en.as_deref().unwrap_or(&area.name_ar)).to_owned()
}

/// The names of the areas of these codes, one after the other.
pub(super) fn names<'c>(lang: Lang, areas: &[Area], codes: impl IntoIterator<Item = &'c String>) -> String {
    let name =
        |code: &String| areas.iter().find(|area| area.code == *code).map_or(code.clone(), |area| name(lang, area));
    codes.into_iter().map(name).collect::<Vec<_>>().join(lang.pick("، ", ", "))
}

/// The areas of the scope, those of `chosen` chosen.
pub(super) fn groups(lang: Lang, areas: &[Area], scope: &Scope, chosen: &BTreeSet<AreaId>) -> Vec<Group> {
    let inside: Vec<&Area> = areas.iter().filter(|area| scope.areas.contains(&area.id)).collect();
    let is_region = |id: AreaId| areas.iter().any(|area| area.id == id && area.parent.is_none());
    let is_head = |area: &&&Area| area.parent.is_none_or(|parent| is_region(parent) || !scope.areas.contains(&parent));
    let choice =
        |area: &Area| Choice { code: area.code.clone(), name: name(lang, area), chosen: chosen.contains(&area.id) };
    let group = |head: &&Area| {
        let below = inside.iter().filter(|area| area.parent == Some(head.id) && !is_region(head.id));
        let (whole, parts) = (choice(head), below.map(|area| choice(area)).collect::<Vec<_>>());
        let open = whole.chosen || parts.iter().any(|part| part.chosen);
        Group { whole, parts, open }
    };
    let mut groups: Vec<Group> = inside.iter().filter(is_head).map(group).collect();
    if let [only] = groups.as_mut_slice() {
        only.open = true;
    }
    groups
}

/// The areas that a form names, as far as they lie in the scope; `None` when one does not.
pub(super) fn typed(areas: &[Area], scope: &Scope, form: &Form) -> Option<BTreeSet<AreaId>> {
    let inside = |code: &str| areas.iter().find(|area| area.code == code && scope.areas.contains(&area.id));
    form.all("area").filter(|code| !code.is_empty()).map(|code| inside(code).map(|area| area.id)).collect()
}

#[cfg(test)]
mod tests {
    use usra_sync_protocol::area::below;
    use usra_sync_protocol::place;

    use super::*;

    fn told(root: u32, chosen: u32) -> Vec<(String, usize, bool)> {
        let areas = place::areas();
        let scope = Scope { areas: below(&areas, AreaId(root)).into_iter().collect(), family: None };
        let groups = groups(Lang::En, &areas, &scope, &[AreaId(chosen)].into());
        groups.into_iter().map(|group| (group.whole.code, group.parts.len(), group.open)).collect()
    }

    #[test]
    fn who_sees_the_region_chooses_it_or_governorates_or_centres() {
        let groups = told(1, 201);
        assert_eq!((groups.len(), &groups[0]), (18, &("SA-02".to_owned(), 0, false)));
        let jeddah = groups.iter().find(|(code, ..)| code == "JED").unwrap();
        assert!(jeddah.1 > 0 && jeddah.2, "the group of what is chosen is open");
        assert_eq!(groups.iter().filter(|(.., open)| *open).count(), 1);
    }

    #[test]
    fn who_sees_a_governorate_or_a_centre_chooses_there() {
        let [(code, parts, open)] = told(200, 0).try_into().unwrap();
        assert!(code == "JED" && parts > 0 && open);
        assert_eq!(told(201, 0), [("JED-01".to_owned(), 0, true)]);
    }
}
