//! Turning the pages of a list.

use super::query::Query;

/// Where a list stands and where its other pages are.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) number: i64,
    pub(super) pages: i64,
}

impl Turn {
    /// Of the list at `path`, on page `page` (from 0) of `total` rows, `size` on a page.
    pub(super) fn of((query, path): (&Query, &str), page: usize, (total, size): (usize, usize)) -> Self {
        let pages = total.div_ceil(size).max(1);
        let turn = |to: usize| {
            let number = (to + 1).to_string();
            query.with(&[("page", if to == 0 { "" } else { &number })]).at(path)
        };
        Self {
            before: page.checked_sub(1).map(turn),
            after: (page + 1 < pages).then(|| turn(page + 1)),
            number: whole(page + 1),
            pages: whole(pages),
        }
    }
}

/// A number of rows.
pub(super) fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_page_has_none_before_it_and_the_last_none_behind() {
        let query = Query::parse("governorate=JED&page=2");
        let of = |page, total| Turn::of((&query, "/a"), page, (total, 50));
        let middle = of(1, 120);
        assert_eq!(middle.before.as_deref(), Some("/a?governorate=JED"));
        assert_eq!(middle.after.as_deref(), Some("/a?governorate=JED&page=3"));
        assert_eq!((middle.number, middle.pages), (2, 3));
        assert_eq!((of(0, 50).before, of(0, 50).after), (None, None));
        assert_eq!(of(0, 0).pages, 1);
    }
}
