//! The task of a running server that signs the audit's days when they are over, those included that ended while no server ran.

use std::time::Duration;

use crate::http::App;
use crate::registry::audit::day::{self, NotSigned};
use crate::registry::audit::head::SignedHead;

/// How often it looks: a day is signed at most so long after midnight in Riyadh.
const LOOK_EVERY: Duration = Duration::from_mins(10);

/// Signs until dropped. What could not be signed is signed later.
pub(super) async fn run(app: &App) {
    loop {
        match look(app).await {
            // The log goes elsewhere, and so does the signed head with it.
            Ok(signed) => signed.iter().for_each(log),
            Err(error) => tracing::error!(%error, "the audit's days could not be signed"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn look(app: &App) -> Result<Vec<SignedHead>, NotSigned> {
    let mut conn = app.pool.acquire().await?;
    day::sign(&mut conn, app.region, &app.keys.signing, app.clock.now()).await
}

fn log(signed: &SignedHead) {
    let SignedHead { n, hash, at, signature, .. } = signed;
    tracing::info!(day = at, n, hash, signature, "a day of the audit was signed");
}
