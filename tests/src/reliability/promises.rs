//! The promises, and what proves each.

/// One promise.
#[derive(Clone, Copy, Debug)]
pub struct Promise {
    /// Its number.
    pub number: u8,
    /// What is promised.
    pub says: &'static str,
    /// The tests of `make test` that prove it: source file and name.
    pub tests: &'static [(&'static str, &'static str)],
    /// The long runs that go further, by the names of their figures.
    pub runs: &'static [&'static str],
}

/// Every promise, in order.
pub const PROMISES: [Promise; 16] = [
    Promise {
        number: 1,
        says: "An acknowledged change is never lost",
        tests: &[
            ("tests/tests/killed.rs", "whatever_was_acknowledged_outlives_kills_of_the_server_under_load"),
            ("tests/tests/killed.rs", "whatever_was_acknowledged_outlives_kills_of_postgresql_under_load"),
            ("tests/tests/chaos.rs", "what_was_acknowledged_outlives_every_kind_of_death_of_server_and_postgresql"),
            ("tests/tests/sim.rs", "seeds_1_to_50_keep_every_promise"),
        ],
        runs: &["kills", "simulation"],
    },
    Promise {
        number: 2,
        says: "A change is applied once",
        tests: &[
            ("tests/tests/bad_network.rs", "requests_repeated_or_answered_into_the_void_are_kept_once"),
            ("server/tests/sync/push.rs", "the_same_request_many_times_at_once_is_written_once"),
            ("tests/tests/sim.rs", "seeds_1_to_50_keep_every_promise"),
        ],
        runs: &["kills", "simulation"],
    },
    Promise {
        number: 3,
        says: "All replicas converge",
        tests: &[
            (
                "tests/tests/typed.rs",
                "every_cell_of_the_typed_tables_is_what_phones_show_and_a_cell_that_is_not_is_named",
            ),
            ("sync-protocol/tests/change/merge.rs", "changes_accepted_in_any_causal_order_show_what_automerge_shows"),
            ("tests/tests/sim.rs", "seeds_1_to_50_keep_every_promise"),
        ],
        runs: &["simulation", "mutated"],
    },
    Promise {
        number: 4,
        says: "A phone sees only its scope",
        tests: &[
            (
                "tests/tests/canary.rs",
                "nothing_out_of_scope_reaches_a_phone_through_moves_revocations_pages_errors_repairs_and_losses",
            ),
            ("server/tests/access/main.rs", "every_address_answers_everyone_as_the_golden_table_says"),
            ("tests/tests/sim.rs", "seeds_1_to_50_keep_every_promise"),
        ],
        runs: &["simulation"],
    },
    Promise {
        number: 5,
        says: "Revoked means now",
        tests: &[
            (
                "server/tests/access/mixed.rs",
                "a_phone_revoked_between_two_pages_gets_no_further_one_and_its_unsent_work_is_held_once",
            ),
            ("tests/tests/expire.rs", "a_revoked_phone_delivers_its_last_work_and_is_left_with_nothing"),
            ("tests/tests/chaos.rs", "after_a_restore_everything_that_phones_hold_is_back_and_revoked_phones_stay_out"),
        ],
        runs: &["simulation", "restores"],
    },
    Promise {
        number: 6,
        says: "Hostile bytes are harmless",
        tests: &[
            (
                "sync-protocol/tests/differential/main.rs",
                "whatever_is_accepted_automerge_applies_saves_reloads_and_shows_alike",
            ),
            (
                "sync-protocol/tests/change/hostile.rs",
                "a_change_of_a_hundred_bytes_that_claims_millions_is_refused_before_it_is_expanded",
            ),
            ("fuzz/checks/tests/kept.rs", "every_input_that_once_did_harm_passes_its_check"),
            ("fuzz/checks/tests/kept.rs", "the_hostile_inputs_are_refused"),
        ],
        runs: &["fuzzing", "mutated", "api-fuzz"],
    },
    Promise {
        number: 7,
        says: "Killed at any instant, it restarts by itself",
        tests: &[
            ("server/tests/embedded.rs", "after_kill_9_of_the_server_the_next_one_adopts_its_database"),
            ("client-sdk/tests/phone/outbox.rs", "a_crash_between_request_and_answer_loses_nothing"),
            ("tests/tests/chaos.rs", "what_a_phone_said_was_saved_outlives_its_battery_and_reaches_the_centre_once"),
        ],
        runs: &["kills", "batteries", "simulation"],
    },
    Promise {
        number: 8,
        says: "Database restarts and dropped requests are only a pause",
        tests: &[
            ("server/tests/embedded.rs", "after_kill_9_of_the_database_the_server_starts_it_again"),
            ("tests/tests/chaos.rs", "bad_networks_are_only_a_pause"),
            ("tests/tests/chaos.rs", "with_two_servers_on_one_postgresql_no_cursor_skips"),
        ],
        runs: &["kills", "dropped", "two-servers"],
    },
    Promise {
        number: 9,
        says: "A full disk is refused cleanly and heals",
        tests: &[
            ("tests/tests/chaos.rs", "a_full_disk_is_refused_cleanly_and_heals"),
            ("server/tests/embedded.rs", "a_server_whose_log_stands_on_a_full_disk_goes_on_serving"),
        ],
        runs: &["disk-full"],
    },
    Promise {
        number: 10,
        says: "Clocks may be wrong",
        tests: &[
            ("client-sdk/tests/phone/expire.rs", "a_clock_set_back_does_not_keep_it_longer"),
            ("client-sdk/tests/phone/expire.rs", "a_clock_set_forward_by_years_costs_a_sync_and_nothing_else"),
            ("tests/tests/sim.rs", "seeds_1_to_50_keep_every_promise"),
        ],
        runs: &["simulation"],
    },
    Promise {
        number: 11,
        says: "Bad networks cost repetitions, nothing else",
        tests: &[
            ("tests/tests/bad_network.rs", "a_request_cut_at_any_byte_keeps_nothing_and_a_later_one_brings_all"),
            ("tests/tests/bad_network.rs", "an_answer_cut_at_any_byte_costs_a_repetition_and_changes_nothing"),
            ("tests/tests/chaos.rs", "bad_networks_are_only_a_pause"),
        ],
        runs: &["simulation", "kills"],
    },
    Promise {
        number: 12,
        says: "Overload sheds",
        tests: &[
            ("server/tests/http.rs", "a_full_house_asks_phones_to_come_back_but_still_says_it_is_alive"),
            ("server/tests/http.rs", "a_client_that_sends_nothing_or_half_a_head_is_cut"),
            ("tests/tests/chaos.rs", "overload_is_shed_and_passes"),
            ("server/tests/http.rs", "connections_that_never_send_their_request_make_room_for_those_who_do"),
        ],
        runs: &["overload"],
    },
    Promise {
        number: 13,
        says: "A restore from backup loses nothing that a phone still holds",
        tests: &[
            (
                "tests/tests/restore.rs",
                "after_a_restore_from_an_older_copy_all_newer_work_of_phones_is_back_and_nothing_is_doubled",
            ),
            ("tests/tests/chaos.rs", "after_a_restore_everything_that_phones_hold_is_back_and_revoked_phones_stay_out"),
            ("tests/tests/sim.rs", "seeds_1_to_50_keep_every_promise"),
        ],
        runs: &["restores", "simulation"],
    },
    Promise {
        number: 14,
        says: "Nothing is refused silently",
        tests: &[
            (
                "server/tests/sync/push.rs",
                "every_pushed_change_has_a_verdict_and_what_is_not_accepted_is_kept_with_its_reason",
            ),
            ("tests/tests/sim.rs", "seeds_1_to_50_keep_every_promise"),
        ],
        runs: &["simulation"],
    },
    Promise {
        number: 15,
        says: "Personal data never reaches logs or errors",
        tests: &[
            ("tests/tests/audit.rs", "every_decision_leaves_one_row_and_none_holds_what_a_person_typed"),
            ("tests/tests/sealed.rs", "a_national_id_taken_offline_arrives_and_stands_nowhere_on_its_way"),
        ],
        runs: &[],
    },
    Promise {
        number: 16,
        says: "Audit tampering is detected",
        tests: &[
            ("server/tests/audit.rs", "a_row_taken_out_moved_or_put_in_is_named"),
            (
                "server/tests/audit.rs",
                "a_tail_that_was_cut_off_is_found_by_the_head_by_a_signed_day_and_by_a_head_kept_elsewhere",
            ),
        ],
        runs: &[],
    },
];
