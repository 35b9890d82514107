//@ era tokio 1.17 to 1.20
//@ rows V065
use tokio::task::JoinSet;

#[tokio::main]
async fn main() {
    let mut set = JoinSet::new();
    set.spawn(async { 1 });
    while let Some(res) = set.join_one().await {
        println!("{res:?}");
    }
}
