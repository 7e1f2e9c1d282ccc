-- Lists of changes are written in another way since (docs/protocol.md, "change"): bundles from before are made again.
delete from feed_bundle;
