//! What can go wrong with a store, each cause with its code and what to do.

/// Why a store could not keep or give something. Nothing was half kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room on the device.
    #[error("the disk is full")]
    Full,
    /// Another process has this store open.
    #[error("the store is in use by another process")]
    Locked,
    /// Made with another key than the one given. Nothing was changed.
    #[error("the store has another key")]
    WrongKey,
    /// Written by a newer version of this program.
    #[error("the store has version {found}, newer than {known}")]
    Newer {
        /// The version found.
        found: i64,
        /// The newest that this build knows.
        known: i64,
    },
    /// The folder or file cannot be opened, read or written.
    #[error("the store's file cannot be used: {0}")]
    Unusable(String),
    /// What is in the store is not what was put there.
    #[error("the store is damaged: {0}")]
    Damaged(&'static str),
}

impl StoreError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Full => "store_full",
            Self::Locked => "store_locked",
            Self::WrongKey => "store_key_wrong",
            Self::Newer { .. } => "store_newer",
            Self::Unusable(_) => "store_unusable",
            Self::Damaged(_) => "store_damaged",
        }
    }

    /// What is wrong and what to do, in Arabic and English.
    #[must_use]
    pub fn sentences(&self) -> (&'static str, &'static str) {
        match self {
            Self::Full => (
                "لا مساحة كافية في الجهاز ولم يُحفظ التعديل. أخلِ مساحة ثم أعد المحاولة.",
                "The device is full and the edit was not kept. Free some space and try again.",
            ),
            Self::Locked => (
                "هذا المخزن مفتوح في برنامج آخر. أغلقه ثم أعد المحاولة.",
                "Another program has this store open. Close it and try again.",
            ),
            Self::WrongKey => (
                "هذا المفتاح ليس مفتاح المخزن. لم يتغيّر شيء؛ افتحه بالمفتاح الذي أُنشئ به.",
                "This is not the store's key. Nothing was changed; open it with the key that it was made with.",
            ),
            Self::Newer { .. } => (
                "كُتب هذا المخزن بإصدار أحدث من التطبيق. حدّث التطبيق.",
                "This store was written by a newer version of the app. Update the app.",
            ),
            Self::Unusable(_) => (
                "تعذّر فتح ملف المخزن أو الكتابة فيه. تحقق من المجلد وصلاحياته.",
                "The store's file cannot be opened or written. Check the folder and its permissions.",
            ),
            Self::Damaged(_) => (
                "بيانات المخزن تالفة. لا تحذفها، وراجع الدعم.",
                "The store's data is damaged. Do not delete it; ask for support.",
            ),
        }
    }
}
