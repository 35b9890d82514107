use crate::subject::l01::CommandApi;
use std::sync::Arc;

#[tokio::test]
async fn accounts_are_listed_while_one_is_added() {
    let api = Arc::new(CommandApi::default());
    api.add_account("alice").await;
    api.add_account("bob").await;
    let lists = api.clone();
    let list = tokio::spawn(async move { lists.get_all_accounts().await });
    let add = tokio::spawn(async move { api.add_account("carol").await });
    let listed = list.await.unwrap();
    assert!(listed.len() == 2 || listed.len() == 3, "{listed:?}");
    assert_eq!(add.await.unwrap(), 3);
}
